import type { ByteString } from "./form.ts";

/** What stands for each byte; nothing where it stands for itself. */
export type EscapeTable = readonly (string | undefined)[];

export function createEscapeTable(escape: (byte: number) => string | undefined): EscapeTable {
  return Array.from({ length: 256 }, (_, byte) => escape(byte));
}

/** A table for a few characters, such as `{ '"': '\\"' }`. */
export function escapeThese(escapes: Readonly<Record<string, string>>): EscapeTable {
  const byByte = new Map(Object.entries(escapes).map(([from, to]) => [from.charCodeAt(0), to]));
  return createEscapeTable((byte) => byByte.get(byte));
}

/** Later tables win. */
export function joinTables(...tables: readonly EscapeTable[]): EscapeTable {
  return createEscapeTable((byte) => tables.findLast((table) => table[byte] !== undefined)?.[byte]);
}

/** What stands for each byte of what already stands for bytes. */
export function escapeTwice(table: EscapeTable): EscapeTable {
  return table.map((escape) => escape && escapeBytes(escape, table));
}

export function escapeBytes(bytes: ByteString, table: EscapeTable): ByteString {
  let escaped = "";
  let from = 0;
  for (let at = 0; at < bytes.length; at++) {
    const replacement = table[bytes.charCodeAt(at)];
    if (replacement === undefined) continue;
    escaped += from === at ? replacement : bytes.slice(from, at) + replacement;
    from = at + 1;
  }
  return from === 0 ? bytes : escaped + bytes.slice(from);
}

/** Replaces UTF-16 units above ASCII, and leaves ASCII alone. */
export function escapeBeyondAscii(text: string, escape: (unit: string) => string): ByteString {
  return text.replaceAll(/[^\0-\x7f]/g, escape);
}

export function hexDigits(value: number, length: number): string {
  return value.toString(16).padStart(length, "0");
}
