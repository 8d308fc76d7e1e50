import type { Span } from "../../decode/decoded.ts";
import { findRunEnd } from "../../search/character-class.ts";
import type { Detector, Search } from "../../search/detector.ts";
import { CARRIAGE_RETURN, NEWLINE, type Text } from "../../search/text.ts";
import { countBackslashes, readString, skipSpace } from "./json-strings.ts";

const RULE = "secret-flagged-json";
const FLAG = "isSecret";
const VALUE = "value";
const FLAG_BYTES = Buffer.from(FLAG);
const VALUE_BYTES = Buffer.from(VALUE);
const QUOTED_VALUE = Buffer.from(`"${VALUE}`);
const TRUE = Buffer.from("true");
/** Between the two members; values are as long as files of keys. */
const MAX_OBJECT = 65_536;
const MAX_UNDELIMITED = 8192;
/** How near the end of a begun line a value is held until its flag may have come. */
const MAX_LOOKED_AHEAD = 4096;
/** Longer words than these are none that matter. */
const MAX_WORD = 32;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPENING_BRACE = 0x7b;

/**
 * How GitHub's runner keeps secrets in memory, and Azure's pipelines keep variables: `{"value":"…","isSecret":true}`, in any
 * order, over several lines, and with its quotes escaped. The flag looks for the value before it in its line, and behind it; a
 * value looks for a flag only in the lines behind it, because values without flags are in all JSON.
 */
export function createIsSecretDetector(): Detector {
  return {
    anchors: [{ literal: `"${FLAG}` }, { literal: `"${VALUE}` }],
    inspect(text, { position, anchor }, search) {
      const place = { text, at: position, depth: countBackslashes(text, position) };
      if (anchor === 0) inspectFlag(place, search);
      else if (mayBeFlaggedLater(place)) inspectValue(place, search);
    },
  };
}

interface Place {
  readonly text: Text;
  /** Of the quote before a name. */
  readonly at: number;
  /** Backslashes before each quote. */
  readonly depth: number;
}

/** Whether the member is a string and the last of its line, or the text may end before its object does. */
function mayBeFlaggedLater({ text, at, depth }: Place): boolean {
  const { bytes, end, isOpen } = text;
  const isNearEnd = isOpen && end - at < MAX_LOOKED_AHEAD && bytes[end - 1] !== NEWLINE;
  if (isNearEnd) return true;
  const colon = skipBlanks(text, at + VALUE.length + 2 + depth);
  if (bytes[colon] !== COLON) return false;
  const opening = skipBlanks(text, colon + 1);
  const string = readString(text, { at: opening, depth, limit: opening + MAX_OBJECT });
  if (string === undefined || bytes[string.end + depth + 1] !== COMMA) return false;
  const behind = skipBlanks(text, string.end + depth + 2);
  const next = bytes[behind];
  const isLast = next === NEWLINE || next === CARRIAGE_RETURN || (depth > 0 && next === BACKSLASH);
  return isLast && !bytes.subarray(string.start, string.end).includes(NEWLINE);
}

function skipBlanks({ bytes, end }: Text, from: number): number {
  return findRunEnd(bytes, "blank", { from, to: end });
}

function inspectValue(place: Place, search: Search): void {
  const { first: value, other: flag, isOpen } = readMembers(place);
  if (flag?.name !== "flag") {
    if (isOpen && value?.string !== undefined) search.goesOn(value.string.start);
    else if (isOpen) search.goesOn(place.at);
  } else if (flag.isTrue && value?.string !== undefined) report(place, value.string, search);
}

function inspectFlag(place: Place, search: Search): void {
  const members = readMembers(place);
  const { first: flag, other } = members;
  if (members.isOpen) search.goesOn(place.at - place.depth);
  if (flag?.isTrue !== true) return;
  const behind = other?.name === "value" ? other : undefined;
  const undelimitedStart = findUndelimitedStart(place.text, place.at - place.depth);
  const string = findValueBefore(place, undelimitedStart) ?? behind?.string;
  if (string !== undefined) report(place, string, search);
  else if (behind === undefined && !members.isOpen) {
    reportUndelimited(place, undelimitedStart, search);
  }
}

/** Of the same object, in the line of the flag. */
function findValueBefore({ text, at, depth }: Place, from: number): Span | undefined {
  let found = at - depth - QUOTED_VALUE.length;
  while (found >= from && !standsAt(text, found, QUOTED_VALUE)) found--;
  if (found < from) return undefined;
  const { first, other, isOpen } = readMembers({ text, at: found, depth });
  return !isOpen && other?.name === "flag" ? first?.string : undefined;
}

interface Member {
  readonly name: "flag" | "value" | "other";
  readonly string: Span | undefined;
  readonly isTrue: boolean;
}

interface Members {
  readonly first: Member | undefined;
  /** The last one, where it is a flag or a value. */
  readonly other: Member | undefined;
  /** They met the end of an open text. */
  readonly isOpen: boolean;
}

/** The members from `place` on whose values are strings or words, up to the other one of the two or another like the first. */
function readMembers({ text, at: from, depth }: Place): Members {
  const { bytes, end: textEnd, isOpen } = text;
  const limit = Math.min(textEnd, from + MAX_OBJECT);
  let first: Member | undefined;
  let other: Member | undefined;
  let at = from - depth;
  for (;;) {
    const name = readString(text, { at, depth, limit });
    if (name === undefined) return { first, other, isOpen: isOpen && limit === textEnd };
    const colon = skipSpace(text, name.end + depth + 1, depth);
    if (bytes[colon] !== COLON) return { first, other, isOpen: isOpen && colon >= textEnd };
    const valueAt = skipSpace(text, colon + 1, depth);
    const string = readString(text, { at: valueAt, depth, limit });
    const end = string === undefined ? findWordEnd(text, valueAt) : string.end + depth + 1;
    if (end === valueAt) return { first, other, isOpen: isOpen && limit === textEnd };
    const known = readName(text, name);
    if (first === undefined || known !== "other") {
      const isTrue = string === undefined && isSame(text, valueAt, end, TRUE);
      const member: Member = { name: known, string, isTrue };
      if (first === undefined) first = member;
      else other = member;
    }
    const next = skipSpace(text, end, depth);
    if (isOpen && next >= textEnd) return { first, other, isOpen };
    if (other !== undefined || bytes[next] !== COMMA) return { first, other, isOpen: false };
    at = skipSpace(text, next + 1, depth);
    if (isOpen && at >= textEnd) return { first, other, isOpen };
  }
}

/** Of `true`, a number and the like. */
function findWordEnd({ bytes, end }: Text, from: number): number {
  const last = Math.min(end, from + MAX_WORD);
  let at = from;
  while (at < last && isWordPart(bytes[at] ?? 0)) at++;
  return at;
}

function isWordPart(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2e;
}

function report({ depth }: Place, { start, end }: Span, search: Search): void {
  if (end > start)
    search.add({
      rule: RULE,
      start,
      end,
      encodings: depth > 0 ? ["json"] : [],
      confidence: "likely",
    });
}

/** The value is before the flag, but its beginning or its name is missing: a piece of a memory dump. */
function reportUndelimited(place: Place, lineStart: number, search: Search): void {
  const { text, at } = place;
  const flagAt = at - place.depth;
  const quote = findLast(text, QUOTE, lineStart, flagAt);
  if (quote === -1) return;
  const brace = findLast(text, OPENING_BRACE, lineStart, flagAt);
  const start = brace === -1 ? lineStart : brace + 1;
  if (isWhole({ ...place, at: start + place.depth }, flagAt)) return;
  report(place, { start, end: quote - place.depth }, search);
}

/** Of `[from, to)`, or -1: to let the runtime look takes longer than most of these stretches are. */
function findLast({ bytes }: Text, byte: number, from: number, to: number): number {
  let at = to - 1;
  while (at >= from && bytes[at] !== byte) at--;
  return at < from ? -1 : at;
}

/** Of the line, or behind the flag before, so that each flag looks at bytes of its own. */
function findUndelimitedStart(text: Text, flagAt: number): number {
  const first = Math.max(text.start, flagAt - MAX_UNDELIMITED);
  for (let at = flagAt; at > first; at--) {
    if (text.bytes[at - 1] === NEWLINE) return at;
    const flag = at - FLAG_BYTES.length - 1;
    if (flag >= first && standsAt(text, flag, FLAG_BYTES)) return at;
  }
  return first;
}

/** Whether members follow one another from there to the flag. */
function isWhole(place: Place, flagAt: number): boolean {
  const { text, depth } = place;
  const at = skipSpace(text, place.at - depth, depth) + depth;
  if (at - depth === flagAt) return true;
  const { first, other } = readMembers({ text, at, depth });
  return other !== undefined || (first !== undefined && first.name !== "other");
}

function readName(text: Text, { start, end }: Span): Member["name"] {
  if (isSame(text, start, end, FLAG_BYTES)) return "flag";
  return isSame(text, start, end, VALUE_BYTES) ? "value" : "other";
}

function isSame(text: Text, start: number, end: number, expected: Uint8Array): boolean {
  return end - start === expected.length && standsAt(text, start, expected);
}

function standsAt({ bytes }: Text, at: number, expected: Uint8Array): boolean {
  for (let index = 0; index < expected.length; index++) {
    if (bytes[at + index] !== expected[index]) return false;
  }
  return true;
}
