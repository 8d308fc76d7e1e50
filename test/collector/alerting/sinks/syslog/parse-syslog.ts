/** Reads a message as RFC 5424 has it, and throws where it is none. */
const HEADER =
  /^<(?<priority>0|[1-9]\d{0,2})>1 (?<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z) (?<host>[\x21-\x7e]{1,255}) (?<program>[\x21-\x7e]{1,48}) (?<process>[\x21-\x7e]{1,128}) (?<kind>[\x21-\x7e]{1,32}) /;
const NAME = /^[\x21\x23-\x3c\x3e-\x5c\x5e-\x7e]{1,32}/;
const VALUE = /^="((?:[^"\\\]]|\\["\\\]])*)"/;
const BYTE_ORDER_MARK = "\ufeff";

export interface SyslogMessage {
  readonly facility: number;
  readonly severity: number;
  readonly time: string;
  readonly kind: string;
  readonly element: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly text: string;
}

export function parseSyslog(bytes: Buffer): SyslogMessage {
  const message = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  const header = HEADER.exec(message);
  const { priority, time = "", kind = "" } = header?.groups ?? {};
  if (header === null || Number(priority) > 191) throw new Error(`no header: ${message}`);
  const rest = message.slice(header[0].length);
  const { element, parameters, left } = parseElement(rest);
  if (!left.startsWith(" ")) throw new Error(`no text: ${left}`);
  const text = left.slice(1);
  const isUtf8 = text.startsWith(BYTE_ORDER_MARK);
  if (!isUtf8 && /[^\x20-\x7e]/.test(text)) throw new Error(`not marked as UTF-8: ${text}`);
  return {
    facility: Math.floor(Number(priority) / 8),
    severity: Number(priority) % 8,
    time,
    kind,
    element,
    parameters,
    text: isUtf8 ? text.slice(1) : text,
  };
}

function parseElement(
  text: string,
): Pick<SyslogMessage, "element" | "parameters"> & { readonly left: string } {
  const [element] = text.startsWith("[") ? (NAME.exec(text.slice(1)) ?? []) : [];
  if (element === undefined) throw new Error(`no element: ${text}`);
  let left = text.slice(1 + element.length);
  const parameters: Record<string, string> = {};
  while (left.startsWith(" ")) {
    const [name] = NAME.exec(left.slice(1)) ?? [];
    const value = VALUE.exec(left.slice(1 + (name?.length ?? 0)));
    if (name === undefined || value === null) throw new Error(`no parameter: ${left}`);
    parameters[name] = (value[1] ?? "").replaceAll(/\\(["\\\]])/g, "$1");
    left = left.slice(1 + name.length + value[0].length);
  }
  if (!left.startsWith("]")) throw new Error(`no end: ${left}`);
  return { element, parameters, left: left.slice(1) };
}
