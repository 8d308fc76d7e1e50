import type { EscapeTable } from "./escape-bytes.ts";

/** What is written for each byte, laid out so that writing it takes no strings. */
export interface ByteMap {
  /** What is written for byte n is `[starts[n], starts[n + 1])` of the replacements. */
  readonly starts: Uint16Array;
  readonly replacements: Uint8Array;
  /** Of bytes that are not ASCII letters or digits: 1 where something else is written for it. */
  readonly changes: Uint8Array;
  /** Whether letters and digits stay as they are. */
  readonly isMild: boolean;
}

export function toByteMap(table: EscapeTable): ByteMap {
  const starts = new Uint16Array(257);
  const changes = new Uint8Array(256);
  const replacements: number[] = [];
  let isMild = true;
  for (let byte = 0; byte < 256; byte++) {
    const escape = table[byte];
    starts[byte] = replacements.length;
    if (escape === undefined) {
      replacements.push(byte);
      continue;
    }
    changes[byte] = 1;
    if (isAlphanumeric(byte)) isMild = false;
    for (let at = 0; at < escape.length; at++) replacements.push(escape.charCodeAt(at));
  }
  starts[256] = replacements.length;
  return { starts, replacements: Uint8Array.from(replacements), changes, isMild };
}

export function isAlphanumeric(byte: number): boolean {
  const letter = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x7a && byte < 0x80);
}

/** From `at` on, but not much behind `limit`. Returns where it ends. */
export function writeMapped(
  source: Uint8Array,
  { starts, replacements }: ByteMap,
  { bytes, at, limit }: { readonly bytes: Uint8Array; readonly at: number; readonly limit: number },
): number {
  let end = at;
  for (let index = 0; index < source.length && end <= limit; index++) {
    const byte = source[index] ?? 0;
    const last = starts[byte + 1] ?? 0;
    for (let from = starts[byte] ?? 0; from < last; from++) bytes[end++] = replacements[from] ?? 0;
  }
  return end;
}
