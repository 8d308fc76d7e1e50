/**
 * Names as they stand in DNS messages. Read by hand and not with dns-packet, which joins labels with dots as UTF-8: there
 * the one label `a.b` and the two labels `a` and `b` come out alike, and so do all bytes that are no UTF-8.
 */

interface NameRead {
  /** Lower case, no trailing dot; the root is empty. What is no visible ASCII is written `\ddd` (RFC 1035 §5.1). */
  readonly name: string;
  /** Where the message goes on behind the name. */
  readonly end: number;
}

/** RFC 1035 §2.3.4, with the length bytes and the root's zero. */
export const MAX_WIRE_NAME_LENGTH = 255;
const MAX_LABEL_LENGTH = 63;
const POINTER_BITS = 0xc0;
const BACKSLASH = 0x5c;
const DOT = 0x2e;

/** Nothing for a name that is cut off, too long, or has a pointer that does not lead backwards. */
export function readName(message: Buffer, start: number): NameRead | undefined {
  const labels: string[] = [];
  let at = start;
  // Each pointer has to lead before all that was read so far, so following them ends.
  let lowest = start;
  let length = 1;
  let end: number | undefined;
  for (;;) {
    const size = message[at];
    if (size === undefined) return undefined;
    if (size === 0) return { name: labels.join("."), end: end ?? at + 1 };
    if (size <= MAX_LABEL_LENGTH) {
      length += size + 1;
      if (length > MAX_WIRE_NAME_LENGTH || at + 1 + size > message.length) return undefined;
      labels.push(toLabelText(message, at + 1, size));
      at += 1 + size;
      continue;
    }
    const low = message[at + 1];
    if ((size & POINTER_BITS) !== POINTER_BITS || low === undefined) return undefined;
    const target = (size & ~POINTER_BITS) * 256 + low;
    if (target >= lowest) return undefined;
    end ??= at + 2;
    lowest = target;
    at = target;
  }
}

/** The labels' bytes, lower case, with their lengths and the root's zero. */
export function toWireName(name: string): Buffer {
  if (name === "") return Buffer.alloc(1);
  const labels = name.split(".").map(toLabelBytes);
  return Buffer.concat([
    ...labels.flatMap((label) => [Buffer.of(label.length), label]),
    Buffer.alloc(1),
  ]);
}

/** The name without its first label. */
export function toParentName(name: string): string {
  const dot = name.indexOf(".");
  return dot < 0 ? "" : name.slice(dot + 1);
}

/** `false` for the name itself. */
export function isBelow(name: string, ancestor: string): boolean {
  if (ancestor === "") return name !== "";
  return name.length > ancestor.length && name.endsWith(`.${ancestor}`);
}

function toLabelText(message: Buffer, start: number, size: number): string {
  const text = message.toString("latin1", start, start + size);
  // eslint-disable-next-line no-control-regex
  if (/^[^\u0000-\u0020.\\\u007f-\u00ff]+$/.test(text)) return text.toLowerCase();
  let escaped = "";
  for (let at = start; at < start + size; at += 1) escaped += toEscape(message[at] ?? 0);
  return escaped;
}

function toEscape(byte: number): string {
  const isPlain = byte > 0x20 && byte < 0x7f && byte !== DOT && byte !== BACKSLASH;
  if (isPlain) return String.fromCharCode(byte).toLowerCase();
  return `\\${byte.toString().padStart(3, "0")}`;
}

function toLabelBytes(label: string): Buffer {
  if (!label.includes("\\")) return Buffer.from(label, "latin1");
  const plain = label.replaceAll(/\\(\d{3})/g, (_, code: string) =>
    String.fromCharCode(Number(code)),
  );
  return Buffer.from(plain, "latin1");
}
