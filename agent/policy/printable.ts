/** Longer than any host name that a policy may hold. */
const MAX_LENGTH = 300;

/**
 * Text from a file or a path, safe in one line of a message: control and direction characters are written as escapes,
 * long text is cut. `##` is broken up, since a CI runner takes `##[` anywhere in a line for a command.
 */
export function toPrintable(text: string, maxLength = MAX_LENGTH): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return cut
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, toEscape)
    .replaceAll("##", String.raw`#\x23`);
}

/** The same in double quotes, so that it is plain where it begins and ends. */
export function toQuoted(text: string): string {
  return `"${toPrintable(text).replaceAll('"', String.raw`\"`)}"`;
}

/** The start of a message: where a line beginning with `::` would be a command to a CI runner too. */
export function toPrintablePath(path: string): string {
  const printable = toPrintable(path);
  return printable.startsWith("::") ? `./${printable}` : printable;
}

function toEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100
    ? String.raw`\x${code.toString(16).padStart(2, "0")}`
    : String.raw`\u{${code.toString(16)}}`;
}
