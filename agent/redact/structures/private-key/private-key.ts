import type { Detector, Hit, Search } from "../../search/detector.ts";
import { findLineStart, type Text } from "../../search/text.ts";
import { addSecret } from "../found-secret.ts";
import { standsAt } from "../value/ascii.ts";
import { waitForSecret } from "../wait-for-secret.ts";
import { createKeyBody } from "./key-body.ts";

const BEGIN = "-----BEGIN ";
const SSH2_BEGIN = "---- BEGIN SSH2 ";
const PUTTY = "Private-Lines:";
const ANCHORS = [BEGIN, SSH2_BEGIN, PUTTY];
const OF_KEY = "private key";
const MAX_LABEL = 64;
/** `app_1  | `, `> `: longer ones are no prefix of each line but what was printed before the key. */
const MAX_PREFIX = 64;
/** What is told of a key must not depend on how much of it is there; one of 4096 bits has 3 KB. */
const MAX_WAITED_FOR = 4096;
/** What is shorter is no key: somebody wrote about keys. */
const MIN_LINE = 24;

/** PEM, OpenSSH, PGP and PuTTY private keys: all that stands between the lines that say so. */
export function createPrivateKeyDetector(): Detector {
  return { anchors: ANCHORS.map((literal) => ({ literal })), inspect };
}

function inspect(text: Text, { position, anchor }: Hit, search: Search): void {
  const literal = ANCHORS[anchor] ?? "";
  const isPutty = literal === PUTTY;
  const labelEnd = findLabelEnd(text, position + literal.length, isPutty);
  if (labelEnd === "open") {
    waitForSecret(search, text, { position, start: text.end });
    return;
  }
  if (labelEnd === undefined) return;
  if (isFollowedByDash(text, labelEnd)) return;
  const body = createKeyBody(readPrefix(text, position));
  const end = body.advance(text.bytes, labelEnd, text.end);
  const isCut = end === text.end && text.isOpen;
  if (body.longestLine < MIN_LINE) {
    if (isCut) waitForSecret(search, text, { position, start: body.start ?? text.end });
    return;
  }
  const start = body.start ?? labelEnd;
  if (isCut && end - start < MAX_WAITED_FOR) {
    waitForSecret(search, text, { position, start });
    return;
  }
  addSecret(search, "private-key", {
    start,
    end: isCut ? end : leaveEscapedQuote(text, end),
    ...(isCut && { continuation: body }),
  });
}

/** Behind the dashes of a label that speaks of a private key; PuTTY's is a number of lines. */
function findLabelEnd(text: Text, from: number, isPutty: boolean): number | "open" | undefined {
  const { bytes, end, isOpen } = text;
  const to = Math.min(end, from + MAX_LABEL);
  let at = from;
  while (at < to && isOfLabel(bytes[at] ?? 0)) at++;
  if (isPutty) return at;
  const isOfKey = holds(bytes, { from, to: at }, OF_KEY);
  while (at < to && bytes[at] === DASH) at++;
  if (at === end && isOpen) return "open";
  return isOfKey ? at : undefined;
}

function holds(
  bytes: Uint8Array,
  { from, to }: { readonly from: number; readonly to: number },
  lowerText: string,
): boolean {
  for (let at = from; at + lowerText.length <= to; at++) {
    if (standsAt(bytes, at, lowerText)) return true;
  }
  return false;
}

/** Cheap: the next such line comes at once, and no key. Dashes within headers are further on, those of a prefix below. */
function isFollowedByDash({ bytes, end }: Text, from: number): boolean {
  let at = from;
  while (at < end && at - from < MIN_LINE && bytes[at] !== NEWLINE && bytes[at] !== BACKSLASH) {
    if (bytes[at] === DASH) return true;
    at++;
  }
  return false;
}

/** The backslashes before a quote are that quote's, where a key without END stands in a text in quotes. */
function leaveEscapedQuote({ bytes }: Text, end: number): number {
  if (bytes[end] !== DOUBLE_QUOTE && bytes[end] !== SINGLE_QUOTE) return end;
  let at = end;
  while (bytes[at - 1] === BACKSLASH) at--;
  return at;
}

function readPrefix(text: Text, position: number): Uint8Array {
  const lineStart = findLineStart(
    { ...text, start: Math.max(text.start, position - MAX_PREFIX) },
    position,
  );
  return text.bytes.slice(lineStart, position);
}

/** Letters, digits and blanks. */
function isOfLabel(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a);
}

const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const NEWLINE = 0x0a;
const DASH = 0x2d;
const BACKSLASH = 0x5c;
