import { findRunEnd } from "../../search/character-class.ts";
import type { Detector, Hit, Search } from "../../search/detector.ts";
import type { Text } from "../../search/text.ts";
import { findAssignedPlace } from "../assignment/assigned-place.ts";
import { addSecret } from "../found-secret.ts";
import { isLetter, standsAt, toCharacters } from "../value/ascii.ts";
import { toByteFlags } from "../value/byte-flags.ts";
import { delimitValue } from "../value/delimit-value.ts";
import { isPlaceholder } from "../value/placeholder.ts";
import { type Extent, isSecretValue } from "../value/secret-value.ts";
import { skipOpening } from "../value/skip-opening.ts";
import { waitForSecret } from "../wait-for-secret.ts";

const RULE = "authorization-header";
const AUTHORIZATION = "authorization";
const BEARER = "bearer ";
const BEARER_INDEX = 1;
/** Schemes whose credentials are one word. */
const ONE_WORD = new Set([
  "apikey",
  "api-key",
  "basic",
  "bearer",
  "bot",
  "genie",
  "negotiate",
  "ntlm",
  "oauth",
  "splunk",
  "ssws",
  "token",
]);
/** Of a scheme whose credentials are parameters, those that are worth hiding. */
const PARAMETERS = [
  "response",
  "signature",
  "mac",
  "oauth_token",
  "oauth_signature",
  "key",
  "token",
];
const MAX_SCHEME = 24;
const MAX_PARAMETERS = 4096;
/** Shorter ones are words: `Authorization: Basic auth`. */
const MIN_CREDENTIALS = 4;

/** Credentials in `Authorization` and `Proxy-Authorization` headers, however they are printed, and behind `Bearer`. */
export function createAuthorizationDetector(): Detector {
  return {
    anchors: [
      { literal: AUTHORIZATION, ignoreCase: true, isAssigned: true },
      {
        literal: BEARER,
        ignoreCase: true,
        notAfter: "word",
        followedBy: { characters: "token68", atLeast: 16 },
      },
    ],
    inspect,
  };
}

function inspect(text: Text, { position, anchor }: Hit, search: Search): void {
  if (anchor === BEARER_INDEX) {
    inspectWord(text, { position, place: position + BEARER.length, isNamed: false }, search);
    return;
  }
  const place = findAssignedPlace(text, position + AUTHORIZATION.length);
  if (place === undefined) return;
  if (place === "open") search.goesOn(text.end);
  else inspectHeader(text, { position, place: skipOpening(text.bytes, place, text.end) }, search);
}

interface Header {
  readonly position: number;
  readonly place: number;
}

function inspectHeader(text: Text, { position, place }: Header, search: Search): void {
  const { bytes, end, isOpen } = text;
  const schemeEnd = findRunEnd(bytes, "token68", {
    from: place,
    to: Math.min(end, place + MAX_SCHEME),
  });
  if (schemeEnd === end && isOpen) {
    search.goesOn(place);
    return;
  }
  if (bytes[schemeEnd] === EQUALS && isNameOfParameter(bytes, place, schemeEnd)) {
    inspectParameters(text, { position, place }, search);
    return;
  }
  const isScheme = bytes[schemeEnd] === BLANK && isLetter(bytes[place] ?? 0);
  const scheme = isScheme ? toCharacters(bytes, place, schemeEnd).toLowerCase() : "";
  const behind = isScheme ? schemeEnd + 1 : place;
  // `"Basic " + credentials`
  if (isScheme && isQuote(bytes[behind]) && bytes[behind] === bytes[place - 1]) return;
  if (!isScheme) inspectWord(text, { position, place, isNamed: false }, search);
  else if (ONE_WORD.has(scheme)) {
    inspectWord(text, { position, place: behind, isNamed: scheme !== "token" }, search);
  } else inspectParameters(text, { position, place: behind }, search);
}

function isQuote(byte: number | undefined): boolean {
  return byte === 0x22 || byte === 0x27 || byte === 0x60;
}

function isNameOfParameter(bytes: Uint8Array, start: number, end: number): boolean {
  return PARAMETERS.some((name) => name.length === end - start && standsAt(bytes, start, name));
}

/** `isNamed`: the scheme says already that credentials come. */
function inspectWord(
  text: Text,
  { position, place, isNamed }: Header & { readonly isNamed: boolean },
  search: Search,
): void {
  const value = delimitValue(text, place);
  if (value === "open") waitForSecret(search, text, { position, start: place });
  if (value === undefined || value === "open") return;
  const { start, end } = value;
  const isSecret = isNamed
    ? end - start >= MIN_CREDENTIALS &&
      !isPlaceholder(text.bytes, start, end) &&
      !isPlainWord(text, value)
    : isSecretValue(text.bytes, value, "token");
  if (isSecret) addSecret(search, RULE, value);
}

/** `Bearer token`, `Basic auth` */
function isPlainWord({ bytes }: Text, { start, end }: Extent): boolean {
  return end - start < 16 && findRunEnd(bytes, "lower", { from: start, to: end }) === end;
}

/** `Digest username="u", response="…"`, `AWS4-HMAC-SHA256 Credential=…, Signature=…` */
function inspectParameters(text: Text, { position, place }: Header, search: Search): void {
  const { bytes, end, isOpen } = text;
  const to = Math.min(end, place + MAX_PARAMETERS);
  const finds: Extent[] = [];
  let at = place;
  while (at < to) {
    if (STOPS[bytes[at] ?? 0] === 0) {
      at++;
      continue;
    }
    if (isEndOfHeader(bytes, at)) break;
    const isParameter = bytes[at] === EQUALS && endsInParameter(bytes, at);
    at++;
    const value = isParameter ? delimitValue(text, at) : undefined;
    if (value === "open") at = end;
    else if (value !== undefined) {
      at = value.end;
      if (isParameterSecret(bytes, value)) finds.push(value);
    }
  }
  if (at >= end && isOpen) waitForSecret(search, text, { position, start: place });
  else for (const find of finds) addSecret(search, RULE, find);
}

/** Another header may follow in the same line. */
function isEndOfHeader(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at] ?? 0;
  return byte === NEWLINE || ((byte | 0x20) === LOWER_A && standsAt(bytes, at, AUTHORIZATION));
}

function isParameterSecret(bytes: Uint8Array, { start, end }: Extent): boolean {
  return end - start >= MIN_PARAMETER && !isPlaceholder(bytes, start, end);
}

function endsInParameter(bytes: Uint8Array, at: number): boolean {
  for (const name of PARAMETERS) if (endsIn(bytes, at, name)) return true;
  return false;
}

function endsIn(bytes: Uint8Array, at: number, name: string): boolean {
  return standsAt(bytes, at - name.length, name) && !isLetter(bytes[at - name.length - 1] ?? 0);
}

const MIN_PARAMETER = 8;
const NEWLINE = 0x0a;
const BLANK = 0x20;
const EQUALS = 0x3d;
const LOWER_A = 0x61;
/** Where a parameter's value may begin or the header end. */
const STOPS = toByteFlags("=\naA");
