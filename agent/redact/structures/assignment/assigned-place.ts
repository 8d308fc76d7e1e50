import type { Text } from "../../search/text.ts";
import { toByteFlags } from "../value/byte-flags.ts";

const MAX_CLOSING = 8;
/** As far as tables of names and values are aligned. */
const MAX_BLANKS = 64;
const MAX_TYPE = 32;

/**
 * Where the value begins that is assigned to the name which ends at `nameEnd`: behind the quotes or brackets around the
 * name, `=`, `:`, `:=`, `=>` and a type (`password: str = `).
 */
export function findAssignedPlace(text: Text, nameEnd: number): number | "open" | undefined {
  const { bytes, end, isOpen } = text;
  const closed = skip(bytes, IS_CLOSING, nameEnd, Math.min(end, nameEnd + MAX_CLOSING));
  const operator = skip(bytes, IS_BLANK, closed, Math.min(end, closed + MAX_BLANKS));
  const after = readOperator(bytes, operator, end);
  if (after === undefined) return operator === end && isOpen ? "open" : undefined;
  const place = skip(bytes, IS_BLANK, after, Math.min(end, after + MAX_BLANKS));
  if (place === end) return isOpen ? "open" : undefined;
  return bytes[operator] === COLON ? skipType(bytes, place, end) : place;
}

/** Not `==`, `::`, `://`, `=~`. */
function readOperator(bytes: Uint8Array, at: number, end: number): number | undefined {
  const first = bytes[at];
  if (at >= end || (first !== EQUALS && first !== COLON)) return undefined;
  const second = at + 1 < end ? (bytes[at + 1] ?? 0) : 0;
  if (first === COLON) {
    if (second === COLON || (second === SLASH && bytes[at + 2] === SLASH)) return undefined;
    return second === EQUALS ? at + 2 : at + 1;
  }
  if (second === EQUALS || second === TILDE) return undefined;
  return second === GREATER ? at + 2 : at + 1;
}

function skipType(bytes: Uint8Array, place: number, end: number): number {
  const typeEnd = skip(bytes, IS_OF_TYPE, place, Math.min(end, place + MAX_TYPE));
  if (typeEnd === place || bytes[typeEnd] !== BLANK || bytes[typeEnd + 1] !== EQUALS) return place;
  return bytes[typeEnd + 2] === BLANK ? typeEnd + 3 : place;
}

function skip(bytes: Uint8Array, isSkipped: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isSkipped[bytes[at] ?? 0] === 1) at++;
  return at;
}

const BLANK = 0x20;
const SLASH = 0x2f;
const COLON = 0x3a;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const TILDE = 0x7e;
const IS_BLANK = toByteFlags(" \t");
const IS_CLOSING = toByteFlags("\"'`\\]");
/** `string`, `&str`, `Optional[str]`, `Vec<u8>`, `string?` */
const IS_OF_TYPE = toByteFlags(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.&[]<>?|*",
);
