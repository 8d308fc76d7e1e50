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
export function toCodeSpan(text: string, maxCharacters = MAX_CHARACTERS): string {
  return toCode(toVisibleText(text, maxCharacters));
}

/**
 * A sentence, usually our own with names of the job's in it: plain words as they are, and as code whatever there is anything
 * in that is not. What stands between two backticks is code as well.
 */
export function toProse(text: string, maxCharacters = MAX_CHARACTERS): string {
  const parts = toVisibleText(text, maxCharacters).split("`");
  // An odd one out has no end: then they are characters like others.
  const pieces =
    parts.length % 2 === 1
      ? parts.flatMap((part, index) => (index % 2 === 1 ? toPiece(part, true) : toPieces(part)))
      : toPieces(parts.join("`"));
  return joinCode(pieces) || "–";
}

interface Piece {
  readonly text: string;
  readonly isCode: boolean;
}

function toPiece(text: string, isCode: boolean): Piece {
  return { text, isCode };
}

/** Words, and the spaces between them; brackets round what is code and the mark behind it are none of it. */
function toPieces(text: string): Piece[] {
  return text.split(/( +)/).flatMap((word) => {
    if (isPlain(word)) return toPiece(word, false);
    const [, open = "", core = word, end = ""] = /^(\(?)([^()]+?)(\)?[.,:;]?)$/.exec(word) ?? [];
    return [toPiece(open, false), toPiece(core, true), toPiece(end, false)];
  });
}

/** One code span for code that stands side by side: of two with nothing in between GitHub would make one, with backticks in it. */
function joinCode(pieces: readonly Piece[]): string {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    if (piece.text === "") continue;
    const last = joined.pop();
    const isBlank = last?.text.trim() === "" && !last.isCode;
    const before = isBlank ? joined.pop() : last;
    const gap = isBlank ? last.text : "";
    if (piece.isCode && before?.isCode === true) {
      joined.push(toPiece(`${before.text}${gap}${piece.text}`, true));
      continue;
    }
    if (before !== undefined) joined.push(before);
    if (isBlank) joined.push(last);
    joined.push(piece);
  }
  return joined
    .map(({ text, isCode }) => (isCode ? toCode(text) : text))
    .join("")
    .trim();
}

/** One line of visible characters. */
function toCode(visible: string): string {
  return visible === "" ? "–" : `\`${visible.replaceAll("`", "\\x60")}\``;
}

/**
 * Letters, digits and the punctuation of plain sentences, where nothing can begin markup or be taken for a link: a full stop,
 * comma or colon only at the end or between digits, an underscore only inside.
 */
const PLAIN_WORD =
  /^[("]?[a-z0-9](?:[a-z0-9%/+×'-]|(?<=\d)[.,:](?=\d)|(?<=[a-z0-9])_(?=[a-z0-9]))*"?\)?[.,:;]?$/i;
/** What may stand beside code, or alone. */
const PLAIN_MARKS = /^(?:\(|\)?[.,:;]?|…| +)$/;
/** What GitHub makes links or pictures of, or a list where a line begins. */
const TAKEN_FOR_MORE = /^[("]?(?:gh-\d+|(?=\w*\d)[0-9a-f]{7,40})\b|:.*:|^\d+[.)]$/i;

function isPlain(word: string): boolean {
  return PLAIN_MARKS.test(word) || (PLAIN_WORD.test(word) && !TAKEN_FOR_MORE.test(word));
}
