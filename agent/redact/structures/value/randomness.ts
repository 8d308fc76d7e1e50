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
const KINDS = ["small", "capital", "digit", "other"] as const;
const TO_CAPITAL = 0x20;
/** By `previous << 8 | byte`. Small enough to stay in the cache, as far as texts need it. */
let costOfStep: Uint8Array | undefined;

type Kind = (typeof KINDS)[number];

export interface Randomness {
  readonly bits: number;
  /** Steps from one byte to the next that words and numbers do not make. */
  readonly surprises: number;
  /** Bytes of the value that were looked at. */
  readonly length: number;
}

export function measureRandomness(bytes: Uint8Array, start: number, end: number): Randomness {
  const to = Math.min(end, start + LOOKED_AT);
  const costs = toStepCosts();
  let tenths = 0;
  let surprises = 0;
  let previous = 0;
  for (let at = start; at < to; at++) {
    const byte = bytes[at] ?? 0;
    const cost = costs[(previous << 8) | byte] ?? 0;
    tenths += cost;
    if (cost > MAX_ORDINARY) surprises++;
    previous = byte;
  }
  return { bits: tenths / 10, surprises, length: to - start };
}

/** What each byte costs behind another one. */
export function toStepCosts(): Uint8Array {
  costOfStep ??= createCosts();
  return costOfStep;
}

/** By rows, which are alike for most bytes: the first secret of a log waits for it. */
function createCosts(): Uint8Array {
  const costs = new Uint8Array(256 * 256);
  const rows = new Map(KINDS.map((before) => [before, toRow(before)]));
  for (let previous = 0; previous < 256; previous++) {
    costs.set(rows.get(kindOf(previous)) ?? [], previous << 8);
  }
  for (const [first, followers] of Object.entries(FOLLOWERS)) {
    for (const second of followers) setFamiliar(costs, first, second);
  }
  for (let byte = 0; byte < 256; byte++) costs[(byte << 8) | byte] = COST.repeated;
  return costs;
}

/** What each byte costs behind one of that kind, where the two letters are not familiar. */
function toRow(before: Kind): Uint8Array {
  const isBehindLetter = before === "small" || before === "capital";
  return Uint8Array.from({ length: 256 }, (_, byte) => {
    const kind = kindOf(byte);
    if (kind === "digit") return isBehindLetter ? COST.betweenLetterAndDigit : COST.digit;
    // Letters of other scripts.
    if (kind === "other") return byte >= 0x80 ? COST.ofWord : costOfSign(byte);
    if (before === "digit") return COST.betweenLetterAndDigit;
    // As in camel case.
    const isWordStart = before === "other" || (before === "small" && kind === "capital");
    return isWordStart ? COST.wordStart : COST.unfamiliar;
  });
}

function costOfSign(byte: number): number {
  return "-._/: ".includes(String.fromCharCode(byte)) ? COST.separator : COST.symbol;
}

/** In small letters, in capitals, and where a capital begins the word. */
function setFamiliar(costs: Uint8Array, first: string, second: string): void {
  const [small, next] = [first.charCodeAt(0), second.charCodeAt(0)];
  const [capital, nextCapital] = [small - TO_CAPITAL, next - TO_CAPITAL];
  costs[(small << 8) | next] = COST.ofWord;
  costs[(capital << 8) | next] = COST.ofWord;
  costs[(capital << 8) | nextCapital] = COST.ofWord;
}

function kindOf(byte: number): Kind {
  if (byte >= 0x61 && byte <= 0x7a) return "small";
  if (byte >= 0x41 && byte <= 0x5a) return "capital";
  return byte >= 0x30 && byte <= 0x39 ? "digit" : "other";
}
