import { findRunEnd, findRunStart } from "../search/character-class.ts";
import type { Text } from "../search/text.ts";
import type { Part, Run } from "./shape.ts";

/** The position behind what was matched. "goes-on": the text ended before that was clear. */
export type Matched = number | "none" | "goes-on";

export function matchParts(text: Text, from: number, parts: readonly Part[]): Matched {
  let at = from;
  for (const part of parts) {
    const end = "literal" in part ? matchLiteral(text, at, part.literal) : matchRun(text, at, part);
    if (typeof end !== "number") return end;
    at = end;
  }
  return at;
}

export function matchLiteral(text: Text, from: number, literal: string): Matched {
  const { bytes, end } = text;
  for (let index = 0; index < literal.length; index++) {
    if (from + index >= end) return atTextEnd(text);
    if (bytes[from + index] !== literal.charCodeAt(index)) return "none";
  }
  return from + literal.length;
}

/** Where the parts begin that end at `to`. Looks back no further than they are long. */
export function matchPartsBefore(
  text: Text,
  to: number,
  parts: readonly Part[],
): number | undefined {
  let at = to;
  for (const part of parts.toReversed()) {
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

function matchRun(text: Text, from: number, run: Run): Matched {
  const to = Math.min(from + run.atMost, text.end);
  const end = findRunEnd(text.bytes, run.characters, { from, to });
  if (end - from >= run.atLeast) return end;
  return end === text.end ? atTextEnd(text) : "none";
}

function findPartStart({ bytes, start }: Text, to: number, part: Part): number | undefined {
  if ("literal" in part) {
    const from = to - part.literal.length;
    if (from < start) return undefined;
    for (let index = 0; index < part.literal.length; index++) {
      if (bytes[from + index] !== part.literal.charCodeAt(index)) return undefined;
    }
    return from;
  }
  const earliest = Math.max(to - part.atMost, start);
  const from = findRunStart(bytes, part.characters, { from: to, to: earliest });
  return to - from >= part.atLeast ? from : undefined;
}
