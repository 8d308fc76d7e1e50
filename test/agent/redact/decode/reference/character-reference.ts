import { findRunEnd } from "../../../../../agent/redact/search/character-class.ts";
import type { Escape, EscapeSyntax } from "./escape-syntax.ts";
import { readHex } from "./read-hex.ts";

const AMPERSAND = 0x26;
const NUMBER_SIGN = 0x23;
const SEMICOLON = 0x3b;
const SMALL_X = 0x78;
const CAPITAL_X = 0x58;
const MAX_DIGITS = 7;
const NAMED: ReadonlyMap<string, number> = new Map([
  ["amp", 0x26],
  ["lt", 0x3c],
  ["gt", 0x3e],
  ["quot", 0x22],
  ["apos", 0x27],
]);
const MAX_NAME = 4;

/** Of HTML and XML: by number, and the names that both know. */
export const characterReference: EscapeSyntax = {
  encoding: "html",
  lead: AMPERSAND,
  read({ bytes, end }, at) {
    if (at + 1 < end && bytes[at + 1] === NUMBER_SIGN) return readNumber(bytes, at, end);
    const nameEnd = findRunEnd(bytes, "lower", {
      from: at + 1,
      to: Math.min(at + 1 + MAX_NAME, end),
    });
    if (nameEnd >= end || bytes[nameEnd] !== SEMICOLON) return undefined;
    const value = NAMED.get(Buffer.from(bytes.subarray(at + 1, nameEnd)).toString("latin1"));
    return value === undefined ? undefined : toEscape(value, nameEnd + 1 - at);
  },
};

function readNumber(bytes: Uint8Array, at: number, end: number): Escape | undefined {
  const isHex = bytes[at + 2] === SMALL_X || bytes[at + 2] === CAPITAL_X;
  const from = at + (isHex ? 3 : 2);
  const to = findRunEnd(bytes, isHex ? "hex" : "digit", {
    from,
    to: Math.min(from + MAX_DIGITS, end),
  });
  if (to === from || to >= end || bytes[to] !== SEMICOLON) return undefined;
  const value = isHex
    ? readHex(bytes, from, { digits: to - from, end })
    : Number(Buffer.from(bytes.subarray(from, to)).toString("latin1"));
  return value === undefined ? undefined : toEscape(value, to + 1 - at);
}

function toEscape(value: number, length: number): Escape {
  return { length, value, unit: "code-point", isTelling: true };
}
