import { isOf } from "../search/character-class.ts";
import type { Text } from "../search/text.ts";
import { matchLiteral, matchParts, matchPartsBefore } from "./match-parts.ts";
import type { TokenShape } from "./shape.ts";
import { isVaried } from "./varied.ts";

interface TokenMatch {
  readonly start: number;
  /** After the last part. */
  readonly end: number;
}

/** What stands around an anchor that stands at `position`. */
export function matchToken(
  shape: TokenShape,
  text: Text,
  { position, literal }: { position: number; literal: string },
): TokenMatch | "none" | "goes-on" {
  const { before, shown, parts } = shape;
  const from = matchParts(text, position + literal.length, shown ?? []);
  if (typeof from !== "number") return from;
  const end = matchParts(text, from, parts);
  if (typeof end !== "number") return end;
  if (!isVaried(text.bytes, from, end)) return "none";
  if (shown !== undefined) return { start: from, end };
  const start = matchPartsBefore(text, position, before ?? []);
  return start === undefined ? "none" : { start, end };
}

/** Whether the anchor and all of the shape stand here. */
export function isTokenAt(
  shape: TokenShape,
  text: Text,
  { position, literal }: { position: number; literal: string },
): boolean {
  if (typeof matchLiteral(text, position, literal) !== "number") return false;
  const { notAfter } = shape;
  const isInWord =
    notAfter !== undefined && position > text.start && isOf(notAfter, text.bytes[position - 1]);
  return !isInWord && typeof matchToken(shape, text, { position, literal }) === "object";
}
