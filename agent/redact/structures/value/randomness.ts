import { isDigit, isLetter, isUpper } from "./ascii.ts";

/** Letters that often follow one another in names and words, of English and of programs. */
const FOLLOWERS: Record<string, string> = {
  a: "bcdfgiklmnprstuvwxy",
  b: "abeiloruyjs",
  c: "acehiklorstuy",
  d: "adeilorsuyg",
  e: "abcdefgilmnopqrstuvwxy",
  f: "aefilortuy",
  g: "aeghilnorstuy",
  h: "aeiortuy",
  i: "abcdefgklmnoprstvxz",
  j: "aeosu",
  k: "aeiosnyu",
  l: "abcdefikloptsuvy",
  m: "abeimopsuyl",
  n: "acdefgiklnopstuvyv",
  o: "abcdefgiklmnoprstuvwxy",
  p: "aehiloprstuy",
  q: "u",
  r: "abcdefgiklmnoprstuvwy",
  s: "acehiklmnopqstuwy",
  t: "acehilmoprstuwyx",
  u: "abcdefgilmnprst",
  v: "aeios",
  w: "aehiorns",
  x: "aceiptmy",
  y: "aelmnoprst",
  z: "aeioz",
};
const IS_FAMILIAR = createFamiliarPairs();

/** More of a value says nothing new about whether it is random. */
const LOOKED_AT = 128;

export interface Randomness {
  /** About what it takes to write the value down, knowing how words are spelt. */
  readonly bits: number;
  /** Steps from one byte to the next that words and numbers do not make. */
  readonly surprises: number;
  /** Bytes of the value that were looked at. */
  readonly length: number;
}

export function measureRandomness(bytes: Uint8Array, start: number, end: number): Randomness {
  const to = Math.min(end, start + LOOKED_AT);
  let bits = 0;
  let surprises = 0;
  let previous = 0;
  for (let at = start; at < to; at++) {
    const byte = bytes[at] ?? 0;
    const cost = costOfStep(previous, byte);
    bits += cost;
    if (cost > MAX_ORDINARY_COST) surprises++;
    previous = byte;
  }
  return { bits, surprises, length: to - start };
}

const REPEATED = 0.3;
const FAMILIAR = 1;
const SEPARATOR = 1;
const DIGIT = 3.3;
const WORD_START = 3;
const MAX_ORDINARY_COST = 3.5;
const UNFAMILIAR = 5;
const CHANGE_OF_CASE = 4;
const CHANGE_OF_KIND = 6;
const SYMBOL = 4;

function costOfStep(previous: number, byte: number): number {
  if (byte === previous) return REPEATED;
  if (isLetter(byte)) return costOfLetter(previous, byte);
  if (isDigit(byte)) return isLetter(previous) ? CHANGE_OF_KIND : DIGIT;
  // Letters of other scripts.
  if (byte >= 0x80) return FAMILIAR;
  return isSeparator(byte) ? SEPARATOR : SYMBOL;
}

function costOfLetter(previous: number, letter: number): number {
  if (isDigit(previous)) return CHANGE_OF_KIND;
  if (!isLetter(previous)) return WORD_START;
  if (IS_FAMILIAR[toPair(previous, letter)] !== 1) {
    // A word of a name in camel case may end and begin with any letter.
    return isUpper(letter) && !isUpper(previous) ? WORD_START : UNFAMILIAR;
  }
  if (isUpper(previous) === isUpper(letter)) return FAMILIAR;
  return isUpper(letter) ? CHANGE_OF_CASE - 1 : FAMILIAR;
}

function isSeparator(byte: number): boolean {
  // - . / : _ and the blank
  return (
    byte === 0x2d ||
    byte === 0x2e ||
    byte === 0x2f ||
    byte === 0x3a ||
    byte === 0x5f ||
    byte === 0x20
  );
}

function createFamiliarPairs(): Uint8Array {
  const pairs = new Uint8Array(26 * 26);
  for (const [first, followers] of Object.entries(FOLLOWERS)) {
    for (const second of followers) pairs[toPair(first.charCodeAt(0), second.charCodeAt(0))] = 1;
  }
  return pairs;
}

function toPair(first: number, second: number): number {
  return ((first | 0x20) - 0x61) * 26 + ((second | 0x20) - 0x61);
}
