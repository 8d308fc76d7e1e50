import { isOf, type CharacterClass } from "../search/character-class.ts";
import type { Anchor } from "../search/detector.ts";
import type { Find } from "../search/find.ts";
import type { Text } from "../search/text.ts";
import { isChecksumValid } from "./checksum.ts";
import { findTokenEnd, MAX_HELD_BYTES, type TokenEnd } from "./find-token-end.ts";
import { isTokenAt, matchToken } from "./match-token.ts";
import type { Matcher } from "./matcher.ts";
import { toEnd, type End, type TokenShape } from "./shape.ts";
import type { TokensOfAClass } from "./tokens-of-a-class.ts";

/** The scanner looks at so many bytes behind the anchor, which is enough to tell most words from tokens. */
const MAX_FOLLOWING = 24;

export function createTokenMatcher(
  shape: TokenShape,
  literal: string,
  tokensOf: (characters: CharacterClass) => TokensOfAClass,
): Matcher {
  const endRule = toEnd(shape);
  const others = endRule === "exact" ? undefined : tokensOf(endRule);
  others?.add({
    literal,
    standsAt: (text, position) => isTokenAt(shape, text, { position, literal }),
  });
  return {
    anchor: toAnchor(shape, literal),
    inspect(text, position, search) {
      const match = matchToken(shape, text, { position, literal });
      if (match === "none") return false;
      if (match === "goes-on") {
        search.goesOn(Math.max(text.start, position - countBytesBefore(shape)));
        return true;
      }
      if (others?.covers(text, position)) return true;
      const end = findEnd(text, match, endRule);
      if (end === "none") return false;
      if (end === "goes-on") search.goesOn(match.start);
      else search.add(toFind(shape, text, { ...match, literal, tokenEnd: end }));
      return true;
    },
  };
}

function toAnchor({ notAfter, shown, parts }: TokenShape, literal: string): Anchor {
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
  return { literal, ...(notAfter === undefined ? {} : { notAfter }), ...condition };
}

function countBytesBefore({ before = [] }: TokenShape): number {
  return before.reduce(
    (count, part) => count + ("literal" in part ? part.literal.length : part.atMost),
    0,
  );
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
  shape: TokenShape,
  { bytes }: Text,
  match: { start: number; end: number; literal: string; tokenEnd: TokenEnd },
): Find {
  const { start, literal } = match;
  const { end, continuation } = match.tokenEnd;
  const find = {
    rule: shape.id,
    start,
    end,
    encodings: [],
    ...(continuation === undefined ? {} : { continuation }),
  };
  const { checksum } = shape;
  const token = bytes.subarray(start, checksum === "gitlab" ? end : match.end);
  if (checksum !== undefined && isChecksumValid(checksum, token, literal.length)) {
    // Whatever word it runs into is no part of it.
    return { ...find, secret: token.slice(), confidence: "certain" };
  }
  // What tells it from others must not depend on where the text is cut.
  const secret = end - start > MAX_HELD_BYTES && bytes.slice(start, start + MAX_HELD_BYTES);
  return { ...find, ...(secret ? { secret } : {}), confidence: "likely" };
}
