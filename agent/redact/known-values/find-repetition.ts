/** How a text repeats itself. */
export interface Repetition {
  /** After how many bytes all of it repeats itself; its length where it does not. */
  readonly period: number;
  /** Ends of windows that hold what ended the longest repetitions in it, the longest first. */
  readonly ends: readonly number[];
}

const MAX_ENDS = 16;

/** By the failure function of Knuth, Morris and Pratt, which falls where a repetition ends. */
export function findRepetition(bytes: Uint8Array): Repetition {
  const borders = new Int32Array(bytes.length + 1);
  let falls: { readonly end: number; readonly depth: number }[] = [];
  let border = 0;
  for (let at = 1; at < bytes.length; at++) {
    const before = border;
    while (border > 0 && bytes[at] !== bytes[border]) border = borders[border] ?? 0;
    if (bytes[at] === bytes[border]) border++;
    borders[at + 1] = border;
    if (border >= before) continue;
    falls.push({ end: at + 1, depth: before - border });
    if (falls.length === 2 * MAX_ENDS) falls = deepest(falls);
  }
  return {
    period: bytes.length - (borders[bytes.length] ?? 0),
    ends: deepest(falls).map(({ end }) => end),
  };
}

function deepest<Fall extends { readonly depth: number }>(falls: readonly Fall[]): Fall[] {
  return falls.toSorted((left, right) => right.depth - left.depth).slice(0, MAX_ENDS);
}
