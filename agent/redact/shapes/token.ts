import { CLASS_BITS, toClassBit } from "../search/character-class.ts";
import type { Text } from "../search/text.ts";
import { compileParts, toBytes, type CompiledPart } from "./compiled-part.ts";
import { matchLiteral, matchParts, matchPartsBefore } from "./match-parts.ts";
import type { TokenShape } from "./shape.ts";
import { isVaried } from "./varied.ts";

/** A shape at one of its anchors, made ready to be looked for. */
export interface Token {
  readonly shape: TokenShape;
  readonly literal: Uint8Array;
  /** As CLASS_BITS has it; 0 where anything may stand in front. */
  readonly notAfter: number;
  /** The last one first. */
  readonly before: readonly CompiledPart[];
  readonly shown: readonly CompiledPart[];
  readonly parts: readonly CompiledPart[];
  /** Of the parts. */
  readonly minBytes: number;
}

interface TokenMatch {
  readonly start: number;
  /** After the last part. */
  readonly end: number;
}

export function createToken(shape: TokenShape, literal: string): Token {
  const parts = compileParts(shape.parts);
  return {
    shape,
    literal: toBytes(literal),
    notAfter: shape.notAfter === undefined ? 0 : toClassBit(shape.notAfter),
    before: compileParts(shape.before ?? []).toReversed(),
    shown: compileParts(shape.shown ?? []),
    parts,
    minBytes: parts.reduce((count, part) => count + part.atLeast, 0),
  };
}

/** What stands around an anchor that stands at `position`, and may begin a token. */
export function matchToken(
  token: Token,
  text: Text,
  position: number,
): TokenMatch | "none" | "goes-on" {
  const { shape, literal, before, shown, parts } = token;
  const from = matchParts(text, position + literal.length, shown);
  if (typeof from !== "number") return from;
  if (shown.length > 0 && !isVariedFrom(token, text, from)) return "none";
  const end = matchParts(text, from, parts);
  if (end === "none") return end;
  const start = before.length === 0 ? position : matchPartsBefore(text, position, before);
  if (start === undefined) return "none";
  if (end === "goes-on") return end;
  return { start: shape.shown === undefined ? start : from, end };
}

/** Whether the anchor and all of the shape stand here. */
export function isTokenAt(token: Token, text: Text, position: number): boolean {
  const { literal, notAfter } = token;
  const { bytes, start } = text;
  if (matchLiteral(text, position, literal) !== position + literal.length) return false;
  const isInWord =
    position > start && ((CLASS_BITS[bytes[position - 1] ?? 0] ?? 0) & notAfter) !== 0;
  return (
    !isInWord &&
    mayBegin(token, text, position) &&
    typeof matchToken(token, text, position) === "object"
  );
}

/** To be asked before all else, because it is quick to turn prefixes away that stand in rows. */
export function mayBegin(token: Token, text: Text, position: number): boolean {
  return token.shown.length > 0 || isVariedFrom(token, text, position + token.literal.length);
}

function isVariedFrom({ minBytes }: Token, { bytes, end }: Text, from: number): boolean {
  return from + minBytes > end || isVaried(bytes, from, from + minBytes);
}
