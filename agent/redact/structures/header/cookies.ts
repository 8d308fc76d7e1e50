import type { Detector, Hit, Search } from "../../search/detector.ts";
import type { Text } from "../../search/text.ts";
import { findAssignedPlace } from "../assignment/assigned-place.ts";
import { addSecret } from "../found-secret.ts";
import { isBlankOrControl, standsAt, toCharacters } from "../value/ascii.ts";
import { toByteFlags } from "../value/byte-flags.ts";
import { isReference } from "../value/placeholder.ts";
import { type Extent, isSecretValue } from "../value/secret-value.ts";
import { skipOpening } from "../value/skip-opening.ts";
import { waitForSecret } from "../wait-for-secret.ts";

const COOKIE = "cookie";
const SET = "set-";
const MAX_NAME = 128;
/** Browsers refuse longer ones. */
const MAX_VALUE = 4096;
const MAX_PAIRS = 100;
/** Names of cookies that keep who somebody is. */
const TELLING_NAMES = ["sess", "sid", "auth", "token", "jwt", "login", "remember", "csrf", "xsrf"];
const MIN_TELLING_VALUE = 4;

/** Each value of a `Cookie` header, and of `Set-Cookie` those that keep a session or look like a secret. */
export function createCookieDetector(): Detector {
  return { anchors: [{ literal: COOKIE, ignoreCase: true, isAssigned: true }], inspect };
}

function inspect(text: Text, { position }: Hit, search: Search): void {
  const { bytes, start } = text;
  const nameEnd = position + COOKIE.length;
  const place = bytes[nameEnd] === CLOSING_BRACKET ? undefined : findAssignedPlace(text, nameEnd);
  if (place === undefined) return;
  const isSet = position - SET.length >= start && standsAt(bytes, position - SET.length, SET);
  const from = place === "open" ? text.end : skipOpening(bytes, place, text.end);
  const pairs = place === "open" ? place : readPairs(text, from, isSet ? 1 : MAX_PAIRS);
  if (pairs === "open") waitForSecret(search, text, { position, start: from });
  else {
    for (const pair of pairs) {
      const isSecret = isSet ? isTelling(bytes, pair) : !isReference(bytes, pair.start, pair.end);
      if (isSecret) addSecret(search, "cookie", pair);
    }
  }
}

/** The values of `name=value; name=value`. */
function readPairs(text: Text, from: number, most: number): Pair[] | "open" {
  const pairs: Pair[] = [];
  let at = from;
  for (let count = 0; count < most; count++) {
    const pair = readPair(text, at);
    if (pair === "open") return pair;
    if (pair === undefined) break;
    if (pair.end > pair.start) pairs.push(pair);
    if (text.bytes[pair.end] !== SEMICOLON) break;
    at = pair.end + 1;
    while (text.bytes[at] === BLANK && at < text.end) at++;
  }
  return pairs;
}

interface Pair extends Extent {
  readonly nameStart: number;
}

function readPair({ bytes, end, isOpen }: Text, from: number): Pair | "open" | undefined {
  let at = from;
  while (at < end && at - from < MAX_NAME && isOfName(bytes[at] ?? 0)) at++;
  if (at < end && (at === from || bytes[at] !== EQUALS)) return undefined;
  const start = at + 1;
  at = start;
  while (at < end && at - start < MAX_VALUE && !isValueEnd(bytes, at)) at++;
  if (at >= end && isOpen) return "open";
  return start < end ? { nameStart: from, start, end: at } : undefined;
}

/** What HTTP calls a token; a quote or `+` is of a program that puts a cookie together. */
function isOfName(byte: number): boolean {
  return !isBlankOrControl(byte) && NOT_OF_NAME[byte] !== 1;
}

function isValueEnd(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at] ?? 0;
  if (byte === COLON) return standsAt(bytes, at - COOKIE.length, COOKIE);
  return isBlankOrControl(byte) || VALUE_ENDS[byte] === 1;
}

function isTelling(bytes: Uint8Array, { nameStart, start, end }: Pair): boolean {
  const name = toCharacters(bytes, nameStart, start - 1).toLowerCase();
  if (!TELLING_NAMES.some((part) => name.includes(part))) {
    return isSecretValue(bytes, { start, end }, "token");
  }
  return end - start >= MIN_TELLING_VALUE && !isReference(bytes, start, end);
}

const BLANK = 0x20;
const COLON = 0x3a;
const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const CLOSING_BRACKET = 0x5d;
const VALUE_ENDS = toByteFlags("\"'`\\;");
const NOT_OF_NAME = toByteFlags("\"'`\\=;,:+(){}[]<>@?/");
