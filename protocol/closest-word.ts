/** Two slips of the finger; with more, the word was probably another one. */
const MAX_DISTANCE = 2;
/** No word of ours is longer; comparing takes the product of both lengths. */
const MAX_LENGTH = 64;

/** The word that was probably meant: upper case, `_` for `-` and two typing mistakes are forgiven. */
export function closestWord(written: string, words: Iterable<string>): string | undefined {
  if (written.length > MAX_LENGTH) return undefined;
  const from = toComparable(written);
  let best: { readonly word: string; readonly distance: number } | undefined;
  for (const word of words) {
    const to = toComparable(word);
    const distance = editDistance(from, to);
    const limit = Math.min(MAX_DISTANCE, Math.ceil(to.length / 2) - 1);
    if (distance <= limit && (best === undefined || distance < best.distance)) {
      best = { word, distance };
    }
  }
  return best?.word;
}

/** `, did you mean x?`, or nothing. */
export function suggestWord(written: string, words: Iterable<string>): string {
  const word = closestWord(written, words);
  return word === undefined ? "" : `, did you mean ${word}?`;
}

function toComparable(word: string): string {
  return word
    .replaceAll(/([a-z])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replaceAll("_", "-");
}

/** Insertions, deletions, replacements and swaps of neighbours that turn one word into the other. */
function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, character] of from.split("").entries()) {
    const next = [index + 1];
    for (let at = 0; at < to.length; at += 1) {
      const replaced = (row[at] ?? 0) + (character === to[at] ? 0 : 1);
      const isSwap = index > 0 && character === to[at - 1] && from[index - 1] === to[at];
      const swapped = isSwap ? (before[at - 1] ?? 0) + 1 : Infinity;
      next.push(Math.min(replaced, swapped, (row[at + 1] ?? 0) + 1, (next[at] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[to.length] ?? 0;
}
