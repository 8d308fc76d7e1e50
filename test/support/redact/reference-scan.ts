/** What the scanner does, written the plain way: the tests hold the fast one against it, and try detectors with it. */
import { findRunEnd, isOf } from "../../../agent/redact/search/character-class.ts";
import type { Anchor, Detector, Search } from "../../../agent/redact/search/detector.ts";
import type { Find } from "../../../agent/redact/search/find.ts";
import type { Text } from "../../../agent/redact/search/text.ts";
import { isVaried } from "../../../agent/redact/shapes/varied.ts";

const MAX_NAME = 32;
const MAX_RUN = 256;
const MAX_CLOSING = 2;
const MAX_BLANKS = 4;

/** Positions at which the anchor stands with all its conditions. */
export function scanFor(anchor: Anchor, text: Text): number[] {
  const literal = Buffer.from(anchor.literal, "latin1");
  const positions: number[] = [];
  for (let at = text.start; at + literal.length <= text.end; at++) {
    if (standsAt(anchor, literal, text, at)) positions.push(at);
  }
  return positions;
}

export interface Searched {
  readonly finds: readonly Find[];
  /** The smallest position from which something goes on behind the text. */
  readonly goesOnFrom: number | undefined;
}

/** Asks the detectors at every place where one of their anchors stands. */
export function searchWith(
  detectors: readonly Detector[],
  input: string | Uint8Array,
  options: { readonly isOpen?: boolean } = {},
): Searched {
  const bytes = typeof input === "string" ? Buffer.from(input) : input;
  const text: Text = { bytes, start: 0, end: bytes.length, isOpen: options.isOpen ?? false };
  const finds: Find[] = [];
  let goesOnFrom: number | undefined;
  const search: Search = {
    add: (find) => void finds.push(find),
    goesOn: (from) => void (goesOnFrom = Math.min(from, goesOnFrom ?? from)),
  };
  for (const detector of detectors) {
    const hits = detector.anchors.flatMap((anchor, index) =>
      scanFor(anchor, text).map((position) => ({ position, anchor: index })),
    );
    hits.sort((left, right) => left.position - right.position || left.anchor - right.anchor);
    for (const hit of hits) detector.inspect(text, hit, search);
  }
  return { finds: finds.toSorted((left, right) => left.start - right.start), goesOnFrom };
}

/** The input with every find replaced by `***`. */
export function maskWith(detectors: readonly Detector[], input: string): string {
  const bytes = Buffer.from(input);
  let shown = "";
  let at = 0;
  for (const { start, end } of searchWith(detectors, bytes).finds) {
    if (start >= at) shown += `${bytes.toString("utf8", at, start)}***`;
    at = Math.max(at, end);
  }
  return shown + bytes.toString("utf8", at);
}

function standsAt(anchor: Anchor, literal: Buffer, text: Text, at: number): boolean {
  const { bytes, start, end } = text;
  const here = Buffer.from(bytes.subarray(at, at + literal.length));
  const isSame = anchor.ignoreCase ? lowered(here).equals(lowered(literal)) : here.equals(literal);
  if (!isSame) return false;
  if (anchor.notAfter !== undefined && at > start && isOf(anchor.notAfter, bytes[at - 1])) {
    return false;
  }
  const isBehindOne = at - 2 >= start && bytes[at - 2] === literal[0];
  if (anchor.notInRowOf !== undefined && isBehindOne && isOf(anchor.notInRowOf, bytes[at - 1])) {
    return false;
  }
  const from = at + literal.length;
  if (anchor.followedBy !== undefined) {
    const { characters, atLeast } = anchor.followedBy;
    const to = Math.min(from + atLeast, end);
    if (findRunEnd(bytes, characters, { from, to }) < to) return false;
  }
  if (anchor.varied !== undefined && from + anchor.varied <= end) {
    if (!isVaried(bytes, from, from + anchor.varied)) return false;
  }
  if (anchor.notBefore !== undefined) {
    const to = Math.min(from + MAX_RUN, end);
    const runEnd = findRunEnd(bytes, anchor.notBefore.run, { from, to });
    if (runEnd < to && isOf(anchor.notBefore.end, bytes[runEnd])) return false;
  }
  return anchor.isAssigned !== true || isAssigned(text, from);
}

function isAssigned({ bytes, end }: Text, from: number): boolean {
  const skip = (characters: RegExp, at: number, most: number): number => {
    let position = at;
    while (position < Math.min(at + most, end) && characters.test(charAt(bytes, position)))
      position++;
    return position;
  };
  const name = skip(/[A-Za-z0-9_.-]/u, from, MAX_NAME);
  const closed = skip(/["'`\\\]]/u, name, MAX_CLOSING);
  const blanks = skip(/[ \t]/u, closed, MAX_BLANKS);
  return blanks >= end || /[=:]/u.test(charAt(bytes, blanks));
}

function charAt(bytes: Uint8Array, position: number): string {
  return String.fromCharCode(bytes[position] ?? 0);
}

/** ASCII letters alone, as the scanner does. */
function lowered(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)));
}
