import type { Text } from "../../search/text.ts";
import { isBlankOrControl, isDigit } from "../value/ascii.ts";
import { toByteFlags } from "../value/byte-flags.ts";

export interface UserInfo {
  /** Between user and password; undefined where there is a user alone. */
  readonly colon: number | undefined;
  /** Between password and host. */
  readonly at: number;
}

/** Tokens that stand as passwords have a few kilobytes at most. */
const MAX_USER_INFO = 4096;
/** How far the `@` is looked for behind a slash, which should have been encoded. */
const MAX_BEHIND_SLASH = 256;

/** What stands between `://`, behind which `from` is, and the host. Ends soon where there is none, as in most URLs. */
export function findUserInfo(text: Text, from: number): UserInfo | "open" | undefined {
  const { bytes, end, isOpen } = text;
  const to = Math.min(end, from + MAX_USER_INFO);
  let colon: number | undefined;
  let lastAt: number | undefined;
  let at = from;
  for (; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === AT) lastAt = at;
    else if (byte === COLON) colon ??= lastAt === undefined ? at : undefined;
    else if (isEnd(byte)) break;
  }
  if (at === end && isOpen) return "open";
  if (lastAt !== undefined && (colon === undefined || isHost(bytes, lastAt, at))) {
    return lastAt > from ? { colon, at: lastAt } : undefined;
  }
  if (lastAt !== undefined) {
    const last = mayBeOfPassword(bytes[at]) ? findAtBehindSlash(text, at) : undefined;
    return last === "open" ? last : { colon, at: last ?? lastAt };
  }
  if (colon === undefined || !mayBeOfPassword(bytes[at])) return undefined;
  if (isPort(bytes, colon + 1, at) || isHost(bytes, from, colon)) return undefined;
  const found = findAtBehindSlash(text, at);
  return found === undefined || found === "open" ? found : { colon, at: found };
}

/** The `@` of `user:pa/ss@host`; not behind a blank, a quote, or where the next URL begins. */
function findAtBehindSlash(text: Text, from: number): number | "open" | undefined {
  const { bytes, end, isOpen } = text;
  const to = Math.min(end, from + MAX_BEHIND_SLASH);
  let found: number | undefined;
  let at = from;
  for (; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === AT) found = at;
    else if (found !== undefined && mayBeOfPassword(byte)) return found;
    else if (!mayBeOfPassword(byte) && isEnd(byte)) return found;
    else if (byte === SLASH && bytes[at + 1] === SLASH && bytes[at - 1] === COLON) return found;
  }
  return at === end && isOpen ? "open" : found;
}

function isPort(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!isDigit(bytes[at] ?? 0)) return false;
  return true;
}

/** `github.com:org/repository@v1`, `@host:80`; of what has neither dot nor port nothing is known. */
function isHost(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] === DOT || bytes[at] === COLON) return true;
  return false;
}

function isEnd(byte: number): boolean {
  return isBlankOrControl(byte) || IS_END[byte] === 1;
}

/** / ? # */
function mayBeOfPassword(byte: number | undefined): boolean {
  return byte === SLASH || byte === 0x3f || byte === 0x23;
}

const DOT = 0x2e;
const SLASH = 0x2f;
const COLON = 0x3a;
const AT = 0x40;
const IS_END = toByteFlags("/?#\"'`<>\\");
