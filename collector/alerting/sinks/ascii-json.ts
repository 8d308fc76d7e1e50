/** What JSON may hold as it is, and a terminal or a reader of lines would obey, hide or split at. Letters beyond ASCII become escapes as well: any reader takes those. */
const NOT_PRINTABLE_ASCII = /[^\x20-\x7e]/g;

/** One line of printable ASCII, without its end. */
export function toAsciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(NOT_PRINTABLE_ASCII, toEscape);
}

function toEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
