/**
 * What a reader would not see, or what does something instead of showing something: controls, format characters (what turns text around,
 * what has no width), line ends of all kinds, half characters, marks that draw over their neighbours, private letters, and every space
 * but the plain one.
 */
const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{M}\p{Default_Ignorable_Code_Point}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u2800]/gu;

const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Anybody's text as one line that shows all that is in it. Cut off first, so that a megabyte costs no more than a line. */
export function toVisibleText(text: string, maxCharacters: number): string {
  const visible = cutOff(text, maxCharacters).replaceAll(INVISIBLE, toEscape);
  // Escapes are longer than what they stand for.
  return cutOff(visible, maxCharacters);
}

/** Not within a letter: some readers of JSON refuse the whole text for half of one. */
function cutOff(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text;
  return `${text.slice(0, maxCharacters - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

function toEscape(character: string): string {
  return NAMED[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
