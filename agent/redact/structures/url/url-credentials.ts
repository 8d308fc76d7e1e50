import type { Detector, Hit, Search } from "../../search/detector.ts";
import type { Text } from "../../search/text.ts";
import { addSecret } from "../found-secret.ts";
import { isDigit, isLetter } from "../value/ascii.ts";
import { isExample, isReference } from "../value/placeholder.ts";
import { type Extent, isSecretValue } from "../value/secret-value.ts";
import { waitForSecret } from "../wait-for-secret.ts";
import { findUserInfo } from "./user-info.ts";

const RULE = "url-credentials";
const SEPARATOR = "://";
/** Documents have `user:xyz@`. */
const MIN_PASSWORD = 4;
const LONGEST_EXAMPLE = 24;
/** A host alone, as in nearly every URL of a log. */
const HOST_ALONE = { run: "dottedBase64url", end: "urlPartEnd" } as const;

/** `scheme://user:password@host` and `https://token@host`. */
export function createUrlCredentialsDetector(): Detector {
  return { anchors: [{ literal: SEPARATOR, notBefore: HOST_ALONE }], inspect };
}

function inspect(text: Text, { position }: Hit, search: Search): void {
  const { bytes, start } = text;
  if (position === start || !isOfScheme(bytes[position - 1] ?? 0)) return;
  const from = position + SEPARATOR.length;
  // An address of IPv6, or `[user[:password]@]` of a manual.
  if (bytes[from] === OPENING_BRACKET) return;
  const userInfo = findUserInfo(text, from);
  if (userInfo === undefined) return;
  if (userInfo === "open") {
    waitForSecret(search, text, { position, start: from });
    return;
  }
  const { colon, at } = userInfo;
  const userEnd = colon ?? at;
  if (isSecretValue(bytes, { start: from, end: userEnd }, "token")) {
    addSecret(search, RULE, { start: from, end: userEnd });
  }
  if (colon !== undefined && isPassword(bytes, { start: colon + 1, end: at })) {
    addSecret(search, RULE, { start: colon + 1, end: at });
  }
}

function isPassword(bytes: Uint8Array, { start, end }: Extent): boolean {
  const length = end - start;
  if (length < MIN_PASSWORD || isReference(bytes, start, end)) return false;
  return length > LONGEST_EXAMPLE || !isExample(bytes, start, end);
}

function isOfScheme(byte: number): boolean {
  return isLetter(byte) || isDigit(byte);
}

const OPENING_BRACKET = 0x5b;
