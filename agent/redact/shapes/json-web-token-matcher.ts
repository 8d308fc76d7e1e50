import { findRunEnd, isOf, type CharacterClass } from "../search/character-class.ts";
import type { Text } from "../search/text.ts";
import { findTokenEnd, MAX_HELD_BYTES, type TokenEnd } from "./find-token-end.ts";
import { atTextEnd, matchLiteral } from "./match-parts.ts";
import type { Matcher } from "./matcher.ts";
import type { JsonWebTokenShape } from "./shape.ts";
import type { TokensOfAClass } from "./tokens-of-a-class.ts";

/** With a certificate chain in it, it is longer; those begin with the algorithm as a rule. */
const MAX_HEADER = 1024;
/** Within a word, where any place may begin one. With a key's name and a type it has about 120. */
const MAX_HEADER_IN_WORD = 192;
/** The claims are a JSON object. */
const MIN_BEHIND_HEADER = 8;
const SWALLOWED: CharacterClass = "dottedBase64url";
const DOT = 0x2e;

/** `"alg"` in base64: how it looks depends on where it falls within three bytes. */
const ALGORITHM = [
  { literal: "ImFsZyI", offset: 0 },
  { literal: "JhbGci", offset: 2 },
  { literal: "iYWxnI", offset: 3 },
] as const;

export function createJsonWebTokenMatcher(
  shape: JsonWebTokenShape,
  { literal, notAfter }: JsonWebTokenShape["anchors"][number],
  tokensOf: (characters: CharacterClass) => TokensOfAClass,
): Matcher {
  const others = tokensOf(SWALLOWED);
  others.add({
    literal,
    standsAt(text, position) {
      if (matchLiteral(text, position, literal) !== position + literal.length) return false;
      const isInWord = notAfter !== undefined && isInside(text, position, notAfter);
      return !isInWord && typeof matchHeader(text, position) === "number";
    },
  });
  return {
    anchor: {
      literal,
      ...(notAfter === undefined ? {} : { notAfter }),
      followedBy: { characters: "base64url", atLeast: 8 },
    },
    inspect(text, position, search) {
      if (isOfLongerAnchor(shape, text, position, literal)) return true;
      const from = matchHeader(text, position);
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

function isInside({ bytes, start }: Text, position: number, characters: CharacterClass): boolean {
  return position > start && isOf(characters, bytes[position - 1]);
}

function isOfLongerAnchor(
  { anchors }: JsonWebTokenShape,
  text: Text,
  position: number,
  literal: string,
): boolean {
  return anchors.some(
    (other) =>
      other.literal.length > literal.length &&
      typeof matchLiteral(text, position, other.literal) === "number",
  );
}

/** The position behind the header, its dot and the beginning of the claims. */
function matchHeader(text: Text, start: number): number | "none" | "goes-on" {
  const { bytes, end: textEnd } = text;
  const most = isInside(text, start, "base64url") ? MAX_HEADER_IN_WORD : MAX_HEADER;
  const to = Math.min(start + most, textEnd);
  const end = findRunEnd(bytes, "base64url", { from: start, to });
  if (end === textEnd) return atTextEnd(text);
  if (bytes[end] !== DOT || !namesAlgorithm(text, start, end)) return "none";
  const behind = Math.min(end + 1 + MIN_BEHIND_HEADER, textEnd);
  const behindEnd = findRunEnd(bytes, SWALLOWED, { from: end + 1, to: behind });
  if (behindEnd - end - 1 === MIN_BEHIND_HEADER) return behindEnd;
  return behindEnd === textEnd ? atTextEnd(text) : "none";
}

/** Saves decoding it. */
function namesAlgorithm(text: Text, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const offset = (at - start) % 4;
    for (const name of ALGORITHM) {
      if (name.offset === offset && typeof matchLiteral(text, at, name.literal) === "number") {
        return true;
      }
    }
  }
  return false;
}

function toFind(shape: JsonWebTokenShape, { bytes }: Text, start: number, tokenEnd: TokenEnd) {
  const { end, continuation } = tokenEnd;
  const isLong = end - start > MAX_HELD_BYTES;
  return {
    rule: shape.id,
    start,
    end,
    encodings: [],
    confidence: "likely",
    ...(isLong ? { secret: bytes.slice(start, start + MAX_HELD_BYTES) } : {}),
    ...(continuation === undefined ? {} : { continuation }),
  } as const;
}
