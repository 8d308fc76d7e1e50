/**
 * Characters that a reader would not see, or that do something instead of showing something: controls (C0, DEL, C1),
 * format characters (bidirectional overrides, zero-width joiners, tags), line and paragraph separators, lone surrogates,
 * private use, unassigned, combining marks (which would draw over their neighbours), every space but the plain one, and
 * the blank Braille pattern. What is left takes one or two columns a code point, always.
 */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{M}\p{Default_Ignorable_Code_Point}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2800]/gu;

const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * Hostile text as one line of visible characters, at most about `maxCharacters` long: the middle of longer text gives way
 * to an ellipsis before anything is looked at, so that a megabyte costs no more than a line.
 */
export function toVisibleText(text: string, maxCharacters: number): string {
  return cutMiddle(text, maxCharacters).replaceAll(INVISIBLE, toEscape);
}

/**
 * CI systems take commands out of a job's output. `##[name]`, `##vso[` and `##teamcity[` count anywhere in a line, so their
 * second `#` is written as an escape. `::name::` counts only where a line begins, and is for whoever begins one.
 * `${{ }}` stays: nothing evaluates it in output.
 */
const INLINE_COMMAND = /##(?=\[|vso\[|teamcity\[)/gi;

export function withoutInlineCommands(text: string): string {
  return text.replaceAll(INLINE_COMMAND, "#\\x23");
}

function toEscape(character: string): string {
  const name = NAMED[character];
  if (name !== undefined) return name;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
  return code < 0x1_0000 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`;
}

/** Keeps both ends: the beginning says where, the end says which. */
function cutMiddle(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  const tail = Math.floor((maxCharacters - 1) / 2);
  return `${withoutHalfAtEnd(text.slice(0, maxCharacters - 1 - tail))}…${withoutHalfAtStart(text.slice(text.length - tail))}`;
}

function withoutHalfAtEnd(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}

function withoutHalfAtStart(text: string): string {
  return /^[\udc00-\udfff]/.test(text) ? text.slice(1) : text;
}
