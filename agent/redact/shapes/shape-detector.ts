import type { CharacterClass } from "../search/character-class.ts";
import type { Anchor, Detector } from "../search/detector.ts";
import { createAwsAccessKeyMatcher } from "./aws-access-key-matcher.ts";
import { createJsonWebTokenMatcher } from "./json-web-token-matcher.ts";
import type { Matcher } from "./matcher.ts";
import { createNamedMatcher } from "./named-matcher.ts";
import type { Shape } from "./shape.ts";
import { SHAPES } from "./shapes.ts";
import { createTokenMatcher } from "./token-matcher.ts";
import { createTokensOfAClass, type TokensOfAClass } from "./tokens-of-a-class.ts";
import { MAX_VARIED_BYTES } from "./varied.ts";

/** Finds the tokens of all vendors that we know. */
export function createShapeDetector(shapes: readonly Shape[] = SHAPES): Detector {
  const places = groupByAnchor(createMatchers(shapes));
  return {
    anchors: places.map(({ anchor }) => anchor),
    inspect(text, { position, anchor }, search) {
      for (const matcher of places[anchor]?.matchers ?? []) {
        if (matcher.inspect(text, position, search)) return;
      }
    },
  };
}

interface Place {
  readonly anchor: Anchor;
  /** Of the shapes that have it, the first in the table first. */
  readonly matchers: readonly Matcher[];
}

function groupByAnchor(matchers: readonly Matcher[]): Place[] {
  const places = new Map<string, Place>();
  for (const matcher of matchers) {
    const { varied, ...anchor } = matcher.anchor;
    const key = JSON.stringify(anchor);
    const place = places.get(key);
    const matchersHere = [...(place?.matchers ?? []), matcher];
    const ofBoth = place === undefined ? varied : variedOfBoth(place.anchor.varied, varied);
    const condition = ofBoth === undefined ? {} : { varied: ofBoth };
    places.set(key, { anchor: { ...anchor, ...condition }, matchers: matchersHere });
  }
  return [...places.values()];
}

/** What rules out neither of them: of that many bytes the same ones are looked at, or of just as many. */
function variedOfBoth(one: number | undefined, other: number | undefined): number | undefined {
  if (one === undefined || other === undefined) return undefined;
  const areAlike = one === other || (one >= MAX_VARIED_BYTES && other >= MAX_VARIED_BYTES);
  return areAlike ? Math.max(one, other) : undefined;
}

function createMatchers(shapes: readonly Shape[]): Matcher[] {
  const tokens = new Map<CharacterClass, TokensOfAClass>();
  const tokensOf = (characters: CharacterClass): TokensOfAClass => {
    const known = tokens.get(characters) ?? createTokensOfAClass(characters);
    tokens.set(characters, known);
    return known;
  };
  return shapes.flatMap((shape) => toMatchers(shape, tokensOf));
}

function toMatchers(
  shape: Shape,
  tokensOf: (characters: CharacterClass) => TokensOfAClass,
): Matcher[] {
  if (shape.kind === "json-web-token") {
    return shape.anchors.map((anchor) => createJsonWebTokenMatcher(shape, anchor, tokensOf));
  }
  return shape.anchors.map((literal) => {
    if (shape.kind === "named") return createNamedMatcher(shape, literal);
    return shape.kind === "token"
      ? createTokenMatcher(shape, literal, tokensOf)
      : createAwsAccessKeyMatcher(shape, literal, tokensOf);
  });
}
