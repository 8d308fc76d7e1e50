import { findRunEnd, isOf } from "../search/character-class.ts";
import type { Text } from "../search/text.ts";
import { compileParts, type CompiledPart } from "./compiled-part.ts";
import { findTokenEnd, type TokenEnd } from "./find-token-end.ts";
import { atTextEnd, matchParts, type Matched } from "./match-parts.ts";
import type { Matcher } from "./matcher.ts";
import { toEnd, type End, type NamedShape } from "./shape.ts";
import { isVaried } from "./varied.ts";

/** As far as the scanner follows a name behind its anchor. */
const MAX_NAME = 32;
/** `": "`, `=>`, `\": \"`, `: {"` and their like. */
const MAX_BETWEEN = 8;
const BETWEEN = Uint8Array.from({ length: 256 }, (_, byte) =>
  " \t\"'`\\=:>({[".includes(String.fromCharCode(byte)) ? 1 : 0,
);

export function createNamedMatcher(shape: NamedShape, literal: string): Matcher {
  const value = { parts: compileParts(shape.parts), end: toEnd(shape) };
  return {
    anchor: { literal, ignoreCase: true, isAssigned: true },
    inspect(text, position, search) {
      const nameEnd = findNameEnd(text, position + literal.length);
      const found = findValue(value, text, nameEnd);
      if (found === "none") return false;
      // Comes last because it costs the most. A name that is not whole may come to hold anything.
      if (nameEnd < text.end && !isNamed(shape, text.bytes, position, nameEnd)) return false;
      if (found === "goes-on") search.goesOn(skipBetween(text, nameEnd));
      else {
        const { start, end, continuation } = found;
        search.add({
          rule: shape.id,
          start,
          end,
          encodings: [],
          confidence: "likely",
          ...(continuation === undefined ? {} : { continuation }),
        });
      }
      return true;
    },
  };
}

interface Expected {
  readonly parts: readonly CompiledPart[];
  readonly end: End;
}

interface Value extends TokenEnd {
  readonly start: number;
}

function findNameEnd({ bytes, end }: Text, from: number): number {
  return findRunEnd(bytes, "dottedBase64url", { from, to: Math.min(from + MAX_NAME, end) });
}

function isNamed(shape: NamedShape, bytes: Uint8Array, from: number, to: number): boolean {
  if (shape.nameHolds === undefined) return true;
  const name = Buffer.from(bytes.subarray(from, to)).toString("latin1").toLowerCase();
  return shape.nameHolds.some((word) => name.includes(word));
}

/** Right behind the name, or behind one more word: `auth: { token: …`, `header: Token token=…`. */
function findValue(expected: Expected, text: Text, nameEnd: number): Value | "none" | "goes-on" {
  const from = skipBetween(text, nameEnd);
  const value = matchValue(expected, text, from);
  if (value !== "none") return value;
  const wordEnd = findNameEnd(text, from);
  const behindWord = skipBetween(text, wordEnd);
  return behindWord === wordEnd
    ? atTextEndOr(text, wordEnd)
    : matchValue(expected, text, behindWord);
}

function skipBetween({ bytes, end }: Text, from: number): number {
  let at = from;
  while (at < Math.min(end, from + MAX_BETWEEN) && BETWEEN[bytes[at] ?? 0] === 1) at++;
  return at;
}

function atTextEndOr(text: Text, at: number): "none" | "goes-on" {
  return at === text.end ? atTextEnd(text) : "none";
}

function matchValue(expected: Expected, text: Text, start: number): Value | "none" | "goes-on" {
  const end: Matched = matchParts(text, start, expected.parts);
  if (typeof end !== "number") return end;
  if (!isVaried(text.bytes, start, end)) return "none";
  const characters = expected.end;
  if (characters === "exact") {
    if (end === text.end && text.isOpen) return "goes-on";
    return end < text.end && isOf("base64url", text.bytes[end]) ? "none" : { start, end };
  }
  const tokenEnd = findTokenEnd(text, { start, from: end, characters });
  return tokenEnd === "goes-on" ? tokenEnd : { start, ...tokenEnd };
}
