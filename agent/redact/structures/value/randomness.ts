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
  n: "acdefgiklnopstuvy",
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

/** More of a value says nothing new about whether it is random. */
const LOOKED_AT = 128;
/** In tenths of a bit, about what one byte behind another adds, for somebody who knows how words are spelt. */
const COST = {
  repeated: 3,
  ofWord: 10,
  separator: 10,
  wordStart: 30,
  digit: 33,
  symbol: 40,
  unfamiliar: 50,
  betweenLetterAndDigit: 60,
} as const;
/** Words and numbers cost no more at any step. */
const MAX_ORDINARY = 35;
/** Small enough to stay in the cache, as far as texts need it. */
let costOfStep: Uint8Array | undefined;

export interface Randomness {
  readonly bits: number;
  /** Steps from one byte to the next that words and numbers do not make. */
  readonly surprises: number;
  /** Bytes of the value that were looked at. */
  readonly length: number;
}

export function measureRandomness(bytes: Uint8Array, start: number, end: number): Randomness {
  const to = Math.min(end, start + LOOKED_AT);
  costOfStep ??= createCosts();
  let tenths = 0;
  let surprises = 0;
  let previous = 0;
  for (let at = start; at < to; at++) {
    const byte = bytes[at] ?? 0;
    const cost = costOfStep[(previous << 8) | byte] ?? 0;
    tenths += cost;
    if (cost > MAX_ORDINARY) surprises++;
    previous = byte;
  }
  return { bits: tenths / 10, surprises, length: to - start };
}

function createCosts(): Uint8Array {
  const costs = new Uint8Array(256 * 256);
  for (let previous = 0; previous < 256; previous++) {
    for (let byte = 0; byte < 256; byte++) costs[(previous << 8) | byte] = costOf(previous, byte);
  }
  return costs;
}

function costOf(previous: number, byte: number): number {
  if (byte === previous) return COST.repeated;
  const character = String.fromCharCode(byte);
  const before = String.fromCharCode(previous);
  if (isLetter(character)) return costOfLetter(before, character);
  if (isDigit(character)) return isLetter(before) ? COST.betweenLetterAndDigit : COST.digit;
  // Letters of other scripts.
  if (byte >= 0x80) return COST.ofWord;
  return "-._/: ".includes(character) ? COST.separator : COST.symbol;
}

function costOfLetter(before: string, letter: string): number {
  if (isDigit(before)) return COST.betweenLetterAndDigit;
  if (!isLetter(before)) return COST.wordStart;
  // As in camel case.
  if (isUpper(letter) && !isUpper(before)) return COST.wordStart;
  return isFamiliar(before, letter) ? COST.ofWord : COST.unfamiliar;
}

function isFamiliar(first: string, second: string): boolean {
  return FOLLOWERS[first.toLowerCase()]?.includes(second.toLowerCase()) ?? false;
}

function isLetter(character: string): boolean {
  return /^[a-z]$/iu.test(character);
}

function isUpper(character: string): boolean {
  return /^[A-Z]$/u.test(character);
}

function isDigit(character: string): boolean {
  return /^\d$/u.test(character);
}
