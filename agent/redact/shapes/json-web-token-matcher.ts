import { CLASS_BITS, findRunEnd, toClassBit } from "../search/character-class.ts";
import type { CharacterClass } from "../search/character-class.ts";
import type { Find } from "../search/find.ts";
import type { Text } from "../search/text.ts";
import { toBytes } from "./compiled-part.ts";
import { findTokenEnd, MAX_HELD_BYTES, type TokenEnd } from "./find-token-end.ts";
import { atTextEnd, matchLiteral } from "./match-parts.ts";
import type { Matcher } from "./matcher.ts";
import type { JsonWebTokenShape } from "./shape.ts";
import type { TokensOfAClass } from "./tokens-of-a-class.ts";

/** A key's name, a certificate's hash, a URL or two. */
const MAX_HEADER = 1024;
/** The claims are a JSON object. */
const MIN_BEHIND_HEADER = 8;
const SWALLOWED: CharacterClass = "dottedBase64url";
const HEADER_BIT = toClassBit("base64url");
const DOT = 0x2e;

/** `"alg"` in base64: how it looks depends on where it falls within three bytes. */
const ALGORITHM = [
  { literal: toBytes("JhbGci"), offset: 2 },
  { literal: toBytes("ImFsZyI"), offset: 0 },
  { literal: toBytes("iYWxnI"), offset: 3 },
] as const;

export function createJsonWebTokenMatcher(
  shape: JsonWebTokenShape,
  { literal, notAfter }: JsonWebTokenShape["anchors"][number],
  tokensOf: (characters: CharacterClass) => TokensOfAClass,
): Matcher {
  const anchor = toBytes(literal);
  const notAfterBit = notAfter === undefined ? 0 : toClassBit(notAfter);
  const longer = shape.anchors
    .filter((other) => other.literal.length > literal.length)
    .map((other) => toBytes(other.literal));
  const others = tokensOf(SWALLOWED);
  others.add({
    literal: anchor,
    standsAt: (text, position) =>
      matchLiteral(text, position, anchor) === position + anchor.length &&
      !isAfter(text, position, notAfterBit) &&
      typeof matchHeader(text, position, anchor) === "number",
  });
  return {
    anchor: {
      literal,
      ...(notAfter === undefined ? {} : { notAfter }),
      followedBy: { characters: "base64url", atLeast: 8 },
    },
    inspect(text, position, search) {
      // Asked at that anchor as well.
      if (longer.some((other) => typeof matchLiteral(text, position, other) === "number")) {
        return true;
      }
      if (others.coversFromNear(text, position)) return true;
      const from = matchHeader(text, position, anchor);
      if (from === "none") return false;
      if (from === "goes-on") search.goesOn(position);
      else if (!others.covers(text, position)) {
        const end = findTokenEnd(text, { start: position, from, characters: SWALLOWED });
        if (end === "goes-on") search.goesOn(position);
        else search.add(toFind(shape, text, position, end));
      }
      return true;
    },
  };
}

function isAfter({ bytes, start }: Text, position: number, bit: number): boolean {
  return position > start && ((CLASS_BITS[bytes[position - 1] ?? 0] ?? 0) & bit) !== 0;
}

/** The position behind the header, its dot and the beginning of the claims. */
function matchHeader(text: Text, start: number, anchor: Uint8Array): number | "none" | "goes-on" {
  const { bytes, end: textEnd } = text;
  const end = findHeaderEnd(text, start, anchor);
  if (end === textEnd) return atTextEnd(text);
  if (bytes[end] !== DOT || !namesAlgorithm(text, start, end)) return "none";
  const behind = Math.min(end + 1 + MIN_BEHIND_HEADER, textEnd);
  const behindEnd = findRunEnd(bytes, SWALLOWED, { from: end + 1, to: behind });
  if (behindEnd - end - 1 === MIN_BEHIND_HEADER) return behindEnd;
  return behindEnd === textEnd ? atTextEnd(text) : "none";
}

/** Not past where a header begins anew, which none holds: or each of many in a row would be walked through to the last. */
function findHeaderEnd(text: Text, start: number, anchor: Uint8Array): number {
  const { bytes, end } = text;
  const to = Math.min(start + MAX_HEADER, end);
  let at = start + anchor.length;
  while (at < to) {
    const byte = bytes[at] ?? 0;
    if (((CLASS_BITS[byte] ?? 0) & HEADER_BIT) === 0) break;
    if (byte === anchor[0] && matchLiteral(text, at, anchor) === at + anchor.length) break;
    at++;
  }
  return at;
}

/** Saves decoding it. */
function namesAlgorithm(text: Text, start: number, end: number): boolean {
  for (const { literal, offset } of ALGORITHM) {
    for (let at = start + offset; at < end; at += 4) {
      if (typeof matchLiteral(text, at, literal) === "number") return true;
    }
  }
  return false;
}

function toFind(
  shape: JsonWebTokenShape,
  { bytes }: Text,
  start: number,
  { end, continuation }: TokenEnd,
): Find {
  const isLong = end - start > MAX_HELD_BYTES;
  return {
    rule: shape.id,
    start,
    end,
    encodings: [],
    confidence: "likely",
    ...(isLong ? { secret: bytes.slice(start, start + MAX_HELD_BYTES) } : {}),
    ...(continuation === undefined ? {} : { continuation }),
  };
}
