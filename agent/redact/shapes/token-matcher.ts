import { isOf, type CharacterClass } from "../search/character-class.ts";
import type { Anchor } from "../search/detector.ts";
import type { Find } from "../search/find.ts";
import type { Text } from "../search/text.ts";
import { isChecksumValid } from "./checksum.ts";
import { findTokenEnd, MAX_HELD_BYTES, type TokenEnd } from "./find-token-end.ts";
import { matchParts, matchPartsBefore } from "./match-parts.ts";
import type { Matcher } from "./matcher.ts";
import { toEnd, type End, type TokenShape } from "./shape.ts";
import { createToken, isTokenAt, matchToken, mayBegin, type Token } from "./token.ts";
import type { TokensOfAClass } from "./tokens-of-a-class.ts";

/** The scanner looks at so many bytes behind the anchor, which is enough to tell most words from tokens. */
const MAX_FOLLOWING = 24;

export function createTokenMatcher(
  shape: TokenShape,
  literal: string,
  tokensOf: (characters: CharacterClass) => TokensOfAClass,
): Matcher {
  const endRule = toEnd(shape);
  const token = createToken(shape, literal);
  const others = endRule === "exact" ? undefined : tokensOf(endRule);
  others?.add({
    literal: token.literal,
    standsAt: (text, position) => isTokenAt(token, text, position),
  });
  return {
    anchor: toAnchor(token, literal),
    inspect(text, position, search) {
      if (!mayBegin(token, text, position)) return false;
      if (others?.coversFromNear(text, position)) return true;
      const match = matchToken(token, text, position);
      if (match === "none") return false;
      if (match === "goes-on") {
        search.goesOn(findBeginning(token, text, position));
        return true;
      }
      if (others?.covers(text, position)) return true;
      const end = findEnd(text, match, endRule);
      if (end === "none") return false;
      if (end === "goes-on") search.goesOn(match.start);
      else search.add(toFind(token, text, { ...match, tokenEnd: end }));
      return true;
    },
  };
}

/** Where the token begins of which only a part is there, or would begin. */
function findBeginning({ shape, literal, before, shown }: Token, text: Text, at: number): number {
  if (shape.shown === undefined) return matchPartsBefore(text, at, before) ?? at;
  const from = matchParts(text, at + literal.length, shown);
  return typeof from === "number" ? from : text.end;
}

function toAnchor({ shape, minBytes }: Token, literal: string): Anchor {
  const { notAfter, shown, parts } = shape;
  const first = [...(shown ?? []), ...parts][0];
  const condition: Pick<Anchor, "followedBy"> =
    first !== undefined && "characters" in first
      ? {
          followedBy: {
            characters: first.characters,
            atLeast: Math.min(first.atLeast, MAX_FOLLOWING),
          },
        }
      : {};
  const isVaried = shown === undefined || shown.length === 0;
  return {
    literal,
    ...(isVaried ? { varied: minBytes } : {}),
    ...(notAfter === undefined ? {} : { notAfter }),
    ...condition,
  };
}

function findEnd(
  text: Text,
  { start, end }: { start: number; end: number },
  endRule: End,
): TokenEnd | "none" | "goes-on" {
  if (endRule !== "exact") return findTokenEnd(text, { start, from: end, characters: endRule });
  if (end === text.end) return text.isOpen ? "goes-on" : { end };
  return isOf("word", text.bytes[end]) ? "none" : { end };
}

function toFind(
  { shape, literal }: Token,
  { bytes }: Text,
  match: { start: number; end: number; tokenEnd: TokenEnd },
): Find {
  const { start } = match;
  const { end, continuation } = match.tokenEnd;
  const { id, checksum } = shape;
  const token = bytes.subarray(start, checksum === "gitlab" ? end : match.end);
  const isCertain = checksum !== undefined && isChecksumValid(checksum, token, literal.length);
  const find: Find = {
    rule: id,
    start,
    end,
    encodings: [],
    confidence: isCertain ? "certain" : "likely",
  };
  const secret = toSecret(bytes, isCertain ? token : undefined, { start, end });
  if (secret === undefined && continuation === undefined) return find;
  return {
    ...find,
    ...(secret === undefined ? {} : { secret }),
    ...(continuation === undefined ? {} : { continuation }),
  };
}

/** What tells it from others, where that is not all of it: it must depend neither on a word behind it nor on where the text is cut. */
function toSecret(
  bytes: Uint8Array,
  certain: Uint8Array | undefined,
  { start, end }: { start: number; end: number },
): Uint8Array | undefined {
  if (certain !== undefined) return certain.length < end - start ? certain.slice() : undefined;
  return end - start > MAX_HELD_BYTES ? bytes.slice(start, start + MAX_HELD_BYTES) : undefined;
}
