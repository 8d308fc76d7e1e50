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
  readonly matchers: Matcher[];
}

function groupByAnchor(matchers: readonly Matcher[]): Place[] {
  const places = new Map<string, Place>();
  for (const matcher of matchers) {
    const key = JSON.stringify(matcher.anchor);
    const place = places.get(key);
    if (place === undefined) places.set(key, { anchor: matcher.anchor, matchers: [matcher] });
    else place.matchers.push(matcher);
  }
  return [...places.values()];
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
