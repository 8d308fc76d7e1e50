import { findRunEnd } from "../../search/character-class.ts";
import type { Anchor } from "../../search/detector.ts";
import type { Text } from "../../search/text.ts";
import type { DumpLine } from "./dump-line.ts";

/** Of the address, that each anchor begins with. */
export const ANCHORED_DIGITS = 2;
/** Digits of what is dumped, and blanks: four bytes of the shortest kind. */
const FOLLOWING = 12;
const HEX_DIGITS = "0123456789abcdef".split("");
/** Of octal addresses of 16 bytes, and of hexadecimal ones. */
const EVEN_DIGITS = "02468ace".split("");
const COLON = 0x3a;
const BLANK = 0x20;
const ZERO = 0x30;

/**
 * The end of an address, and what comes after it. Where no colon says that it is one, its last digit has to be a zero, as that of each
 * line of 8 or 16 bytes is: lines of other lengths are found by their neighbours.
 */
export const dumpAnchors: readonly Anchor[] = [
  ...HEX_DIGITS.flatMap((high) => HEX_DIGITS.map((low) => followed(`${high}${low}: `))),
  ...HEX_DIGITS.flatMap((high) => HEX_DIGITS.map((digit) => followed(`${high}0 ${digit}`))),
  ...HEX_DIGITS.flatMap((high) => [followed(`${high}0  `), followed(`${high}0 - `)]),
  ...EVEN_DIGITS.map((high) => ({ literal: `${high}0   `, ignoreCase: true })),
];

/** Whether one of the anchors stands in the line; it may do where this says no. */
export function isAnchored(
  { bytes, end }: Text,
  { addressEnd, contentStart, mark }: DumpLine,
): boolean {
  if (mark !== COLON && bytes[addressEnd - 1] !== ZERO) return false;
  if (mark === BLANK && isCells(bytes, addressEnd)) return true;
  const from = contentStart + ANCHORED_DIGITS;
  const to = Math.min(end, from + FOLLOWING);
  return findRunEnd(bytes, "blankHex", { from: contentStart, to }) - from === FOLLOWING;
}

function isCells(bytes: Uint8Array, addressEnd: number): boolean {
  const high = String.fromCharCode(bytes[addressEnd - 2] ?? 0).toLowerCase();
  if (!EVEN_DIGITS.includes(high)) return false;
  return (
    bytes[addressEnd] === BLANK &&
    bytes[addressEnd + 1] === BLANK &&
    bytes[addressEnd + 2] === BLANK
  );
}

function followed(literal: string): Anchor {
  return {
    literal,
    ignoreCase: true,
    followedBy: { characters: "blankHex", atLeast: FOLLOWING },
  };
}
