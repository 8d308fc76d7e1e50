/**
 * Text in Slack's markup: https://docs.slack.dev/messaging/formatting-message-text. Mentions, links and commands begin with `<`, and
 * there is no way to write `*`, `_`, `~` or a backtick as it is but inside of code. So what anybody may have written is escaped, and
 * code, or stands in a text without markup.
 */

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** No longer than `maxCharacters`, entities and all: none is cut in two. */
export function escapeForSlack(text: string, maxCharacters: number): string {
  let escaped = "";
  for (const character of text) {
    const next = ENTITIES[character] ?? character;
    if (escaped.length + next.length >= maxCharacters) return `${escaped}…`;
    escaped += next;
  }
  return escaped;
}

/** One line of code, as it is but for backticks, which would end it. */
export function toCode(text: string, maxCharacters: number): string {
  const shown = escapeForSlack(text.replaceAll("`", "'"), maxCharacters - 2);
  // Slack shows an empty one, and one of spaces alone, as backticks.
  return shown.trim() === "" ? "(empty)" : `\`${shown}\``;
}

/** As many lines as there is room for. */
export function joinLines(lines: readonly string[], maxCharacters: number): string {
  const more = "…";
  let joined = "";
  for (const line of lines) {
    const longer = joined === "" ? line : `${joined}\n${line}`;
    if (longer.length > maxCharacters - more.length - 1) return `${joined}\n${more}`;
    joined = longer;
  }
  return joined;
}
