import { CLASS_BITS } from "../search/character-class.ts";
import type { Text } from "../search/text.ts";
import type { CompiledPart } from "./compiled-part.ts";

/** The position behind what was matched. "goes-on": the text ended before that was clear. */
export type Matched = number | "none" | "goes-on";

export function matchParts(text: Text, from: number, parts: readonly CompiledPart[]): Matched {
  let at = from;
  for (const part of parts) {
    const end =
      part.literal.length > 0 ? matchLiteral(text, at, part.literal) : matchRun(text, at, part);
    if (typeof end !== "number") return end;
    at = end;
  }
  return at;
}

export function matchLiteral(text: Text, from: number, literal: Uint8Array): Matched {
  const { bytes, end } = text;
  for (let index = 0; index < literal.length; index++) {
    if (from + index >= end) return atTextEnd(text);
    if (bytes[from + index] !== literal[index]) return "none";
  }
  return from + literal.length;
}

/** Where the parts begin that end at `to`; the last of them comes first. Looks back no further than they are long. */
export function matchPartsBefore(
  text: Text,
  to: number,
  parts: readonly CompiledPart[],
): number | undefined {
  let at = to;
  for (const part of parts) {
    const start = findPartStart(text, at, part);
    if (start === undefined) return undefined;
    at = start;
  }
  return at;
}

/** What to say of a text that ended too early. */
export function atTextEnd(text: Text): "none" | "goes-on" {
  return text.isOpen ? "goes-on" : "none";
}

function matchRun(text: Text, from: number, { bit, atLeast, atMost }: CompiledPart): Matched {
  const { bytes, end: textEnd } = text;
  const to = Math.min(from + atMost, textEnd);
  let at = from;
  while (at < to && ((CLASS_BITS[bytes[at] ?? 0] ?? 0) & bit) !== 0) at++;
  if (at - from >= atLeast) return at;
  return at === textEnd ? atTextEnd(text) : "none";
}

function findPartStart({ bytes, start }: Text, to: number, part: CompiledPart): number | undefined {
  const { literal, bit, atLeast, atMost } = part;
  if (literal.length > 0) {
    const from = to - literal.length;
    return from >= start && holds(bytes, from, literal) ? from : undefined;
  }
  const earliest = Math.max(to - atMost, start);
  let at = to;
  while (at > earliest && ((CLASS_BITS[bytes[at - 1] ?? 0] ?? 0) & bit) !== 0) at--;
  return to - at >= atLeast ? at : undefined;
}

function holds(bytes: Uint8Array, from: number, literal: Uint8Array): boolean {
  return literal.every((byte, index) => bytes[from + index] === byte);
}
