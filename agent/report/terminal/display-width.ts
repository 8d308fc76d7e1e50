/**
 * Columns that visible text takes in a terminal. Counts two for the wide blocks of East Asian scripts and for emoji, one
 * for all else; expects text from `escapeForTerminal`, in which nothing has no width.
 */
export function displayWidth(text: string): number {
  if (isAscii(text)) return text.length;
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/**
 * East Asian Wide and Fullwidth after Unicode's EastAsianWidth.txt, by whole blocks, and what terminals draw as emoji.
 * Blocks claim a little more than the standard: a line too short does no harm, one too long wraps.
 */
const WIDE =
  /[\u1100-\u115f\u2329\u232a\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18dff}\u{1aff0}-\u{1b2ff}\u{1d300}-\u{1d37f}\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

export function characterWidth(character: string): 1 | 2 {
  return WIDE.test(character) ? 2 : 1;
}

function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) > 0x7e) return false;
  }
  return true;
}
