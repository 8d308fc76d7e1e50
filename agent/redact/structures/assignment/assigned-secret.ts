import { findRunEnd } from "../../search/character-class.ts";
import type { Detector, Hit, Search } from "../../search/detector.ts";
import type { Text } from "../../search/text.ts";
import { addSecret } from "../found-secret.ts";
import { standsAt, toCharacters } from "../value/ascii.ts";
import { toByteFlags } from "../value/byte-flags.ts";
import { delimitValue } from "../value/delimit-value.ts";
import { type Bar, isSecretValue, mayBeSecretValue } from "../value/secret-value.ts";
import { waitForSecret } from "../wait-for-secret.ts";
import { findAssignedPlace } from "./assigned-place.ts";
import { findBlockValue } from "./block-value.ts";
import { hasLaterPart } from "./later-part.ts";
import { decideBar, NAME_ANCHORS } from "./sensitive-name.ts";

/** Longer names are none, or tell nothing more. */
const MAX_BEFORE = 64;
const MAX_BEHIND = 48;
const MARK = "[redacted:";

/** `DB_PASSWORD=…`, `"apiKey": "…"`, `client-secret: …` and their like, where the value looks like a secret. */
export function createAssignedSecretDetector(): Detector {
  return { anchors: NAME_ANCHORS, inspect };
}

function inspect(text: Text, { position, anchor }: Hit, search: Search): void {
  const { bytes, end, isOpen } = text;
  const nameEnd = findNameEnd(bytes, position, Math.min(end, position + MAX_BEHIND));
  if (nameEnd === end && isOpen) {
    search.goesOn(end);
    return;
  }
  const partEnd = position + (NAME_ANCHORS[anchor]?.literal.length ?? 0);
  if (hasLaterPart(bytes, partEnd, nameEnd)) return;
  const place = findAssignedPlace(text, nameEnd);
  if (place === undefined) return;
  const value =
    place === "open" ? place : (findBlockValue(text, place) ?? delimitValue(text, place));
  // The name costs more to look at than most values do.
  if (value === undefined || (value !== "open" && !mayBeSecretValue(bytes, value))) return;
  const bar = decideBarAt(text, { position, anchor, nameEnd });
  if (bar === undefined) return;
  if (value === "open") {
    waitForSecret(search, text, { position, start: place === "open" ? end : place });
  } else if (isSecretValue(bytes, value, bar)) addSecret(search, "assigned-secret", value);
}

function decideBarAt(
  { bytes, start }: Text,
  { position, anchor, nameEnd }: Hit & { readonly nameEnd: number },
): Bar | undefined {
  const nameStart = findNameStart(bytes, position, Math.max(start, position - MAX_BEFORE));
  // The rule's name in a mark is followed by a fingerprint.
  if (standsAt(bytes, nameStart - MARK.length, MARK)) return undefined;
  if (isOfResourceName(bytes, nameStart)) return undefined;
  return decideBar(toCharacters(bytes, nameStart, nameEnd), anchor, position - nameStart);
}

/** `arn:aws:secretsmanager:eu-west-1:123456789012:secret:name-a1b2c3`: the number of an account, and colons around it. */
function isOfResourceName(bytes: Uint8Array, nameStart: number): boolean {
  const colon = nameStart - 1;
  const before = colon - ACCOUNT_DIGITS;
  if (bytes[colon] !== COLON || bytes[before - 1] !== COLON) return false;
  return findRunEnd(bytes, "digit", { from: before, to: colon }) === colon;
}

function findNameEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && IS_OF_NAME[bytes[at] ?? 0] === 1) at++;
  return at;
}

function findNameStart(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at > to && IS_OF_NAME[bytes[at - 1] ?? 0] === 1) at--;
  return at;
}

const ACCOUNT_DIGITS = 12;
const COLON = 0x3a;
const IS_OF_NAME = toByteFlags("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-.");
