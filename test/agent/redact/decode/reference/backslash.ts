import type { Escape, EscapeSyntax } from "./escape-syntax.ts";
import { readHex } from "./read-hex.ts";

const BACKSLASH = 0x5c;
const ZERO = 0x30;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const MAX_CODE_POINT_DIGITS = 6;

/** Digits of a fixed number, by the letter before them. */
const NUMBERED: ReadonlyMap<number, { readonly digits: number; readonly unit: Escape["unit"] }> =
  new Map([
    [0x78, { digits: 2, unit: "byte" }],
    [0x75, { digits: 4, unit: "code-point" }],
    [0x55, { digits: 8, unit: "code-point" }],
  ]);
/** `\n`, `\r` and `\t`, and what stands for itself: `\\`, `\/` and quotes. */
const LETTERS: ReadonlyMap<number, number> = new Map([
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
  [0x5c, 0x5c],
  [0x2f, 0x2f],
  [0x22, 0x22],
  [0x27, 0x27],
]);

/** What JSON, JavaScript, Python, C and shells write: `\u0041`, `\u{41}`, `\U00000041`, `\x41` and `\101`. */
export const backslash: EscapeSyntax = {
  encoding: "json",
  lead: BACKSLASH,
  read({ bytes, end }, at) {
    const letter = at + 1 < end ? bytes[at + 1] : undefined;
    if (letter === undefined) return undefined;
    const meant = LETTERS.get(letter);
    if (meant !== undefined) return { length: 2, value: meant, unit: "byte", isTelling: false };
    return readNumbered(bytes, at, end) ?? readBraced(bytes, at, end) ?? readOctal(bytes, at, end);
  },
};

function readNumbered(bytes: Uint8Array, at: number, end: number): Escape | undefined {
  const numbered = NUMBERED.get(bytes[at + 1] ?? 0);
  if (numbered === undefined) return undefined;
  const { digits, unit } = numbered;
  const value = readHex(bytes, at + 2, { digits, end });
  if (value === undefined || value > 0x10_ffff) return undefined;
  return { length: 2 + digits, value, unit, isTelling: true };
}

function readBraced(bytes: Uint8Array, at: number, end: number): Escape | undefined {
  if (bytes[at + 1] !== 0x75 || bytes[at + 2] !== OPENING_BRACE) return undefined;
  for (let digits = 1; digits <= MAX_CODE_POINT_DIGITS; digits++) {
    const value = readHex(bytes, at + 3, { digits, end });
    if (value === undefined || value > 0x10_ffff) return undefined;
    const closing = at + 3 + digits;
    if (closing < end && bytes[closing] === CLOSING_BRACE) {
      return { length: 4 + digits, value, unit: "code-point", isTelling: true };
    }
  }
  return undefined;
}

/** Three digits, below 0200: what is above is no ASCII. */
function readOctal(bytes: Uint8Array, at: number, end: number): Escape | undefined {
  if (at + 4 > end) return undefined;
  const [high = 0, middle = 0, low = 0] = bytes
    .subarray(at + 1, at + 4)
    .map((digit) => digit - ZERO);
  if (high > 1 || middle > 7 || low > 7) return undefined;
  return { length: 4, value: high * 64 + middle * 8 + low, unit: "byte", isTelling: true };
}
