/** The codes of DEFLATE (RFC 1951, section 3.2.2): symbols by the lengths of their codes. */
export interface HuffmanCode {
  /** By the next bits of the stream, the first one lowest: the symbol times 16 and the length of its code, or 0 where that is longer. */
  readonly short: Uint16Array;
  /** Of each length, how many codes have it. */
  readonly counts: Uint16Array;
  /** In the order of their codes. */
  readonly symbols: Uint16Array;
}

export const SHORT_BITS = 9;
export const MAX_CODE_BITS = 15;
const LENGTH_BITS = 4;

/** To be filled over and over: a stream may have a code every few bytes. */
export function createHuffmanCode(maxSymbols: number): HuffmanCode {
  return {
    short: new Uint16Array(1 << SHORT_BITS),
    counts: new Uint16Array(MAX_CODE_BITS + 1),
    symbols: new Uint16Array(maxSymbols),
  };
}

const offsets = new Uint16Array(MAX_CODE_BITS + 2);

/** Of the lengths `[from, to)`. False where there are more codes of a length than can be told apart. */
export function fillHuffmanCode(
  code: HuffmanCode,
  lengths: Uint8Array,
  { from, to }: { readonly from: number; readonly to: number },
): boolean {
  const { counts, symbols } = code;
  counts.fill(0);
  for (let at = from; at < to; at++) {
    const length = lengths[at] ?? 0;
    counts[length] = (counts[length] ?? 0) + 1;
  }
  counts[0] = 0;
  let left = 1;
  offsets[1] = 0;
  for (let length = 1; length <= MAX_CODE_BITS; length++) {
    const count = counts[length] ?? 0;
    left = left * 2 - count;
    if (left < 0) return false;
    offsets[length + 1] = (offsets[length] ?? 0) + count;
  }
  for (let at = from; at < to; at++) {
    const length = lengths[at] ?? 0;
    if (length === 0) continue;
    const offset = offsets[length] ?? 0;
    symbols[offset] = at - from;
    offsets[length] = offset + 1;
  }
  fillShort(code);
  return true;
}

function fillShort({ short, counts, symbols }: HuffmanCode): void {
  short.fill(0);
  let next = 0;
  let bits = 0;
  for (let length = 1; length <= SHORT_BITS; length++) {
    const step = 1 << length;
    for (let count = counts[length] ?? 0; count > 0; count--) {
      const entry = ((symbols[next++] ?? 0) << LENGTH_BITS) | length;
      for (let at = toReversed(bits, length); at < short.length; at += step) short[at] = entry;
      bits++;
    }
    bits <<= 1;
  }
}

/** Streams have the first bit of a code lowest. */
function toReversed(bits: number, length: number): number {
  let reversed = 0;
  for (let at = 0; at < length; at++) reversed |= ((bits >> at) & 1) << (length - 1 - at);
  return reversed;
}
