import { toVisibleText } from "../../visible-text.ts";

/** What a table cell shows of one field. The JSON report has the whole. */
const MAX_CHARACTERS = 240;

/**
 * Text from the job as a Markdown code span.
 *
 * Why a code span and not escaping: GitHub works on the finished text once more, and links `@mentions`, issue numbers, commit
 * hashes and bare addresses in it, however their characters were escaped in the source. Inside code it leaves everything
 * alone: no link, no image, no HTML, no emoji, no `$math$`.
 *
 * Why backticks are written as `\x60` and not fenced by a longer run: GitHub's parser gives up on runs over 80 backticks
 * and would then take the content for Markdown. With no backtick inside, one on each side always suffices.
 *
 * Pipes are left for the table to escape (`toTableRow`): outside tables a backslash in code would show.
 */
export function toCodeSpan(text: string): string {
  const visible = toVisibleText(text, MAX_CHARACTERS).replaceAll("`", "\\x60");
  return visible === "" ? "–" : `\`${visible}\``;
}

/**
 * Letters, digits and the punctuation of plain sentences, where nothing can begin markup or be taken for a link: a full stop
 * or colon only before a space or the end or between digits, an underscore only inside a word.
 */
const PLAIN_SENTENCE =
  /^[a-z](?:[a-z0-9 ,;()%/+'-]|[.:](?= |$)|(?<=\d)[.:](?=\d)|(?<=[a-z0-9])_(?=[a-z0-9]))*$/i;

/** A sentence, usually our own: as it is when it is plain, as code when there is anything in it that is not. */
export function toProse(text: string): string {
  return text.length <= MAX_CHARACTERS && PLAIN_SENTENCE.test(text) ? text : toCodeSpan(text);
}
