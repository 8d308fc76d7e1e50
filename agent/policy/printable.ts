import { toVisibleText, withoutInlineCommands } from "../visible-text.ts";

/** Longer than any host name that a policy may hold. */
const MAX_LENGTH = 300;

/** Text from a file or a path, safe in one line of a message; of longer text the middle is left out. */
export function toPrintable(text: string, maxLength = MAX_LENGTH): string {
  return withoutInlineCommands(toVisibleText(text, maxLength));
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
