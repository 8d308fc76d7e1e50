import { findRunEnd, type CharacterClass } from "../search/character-class.ts";
import type { Continuation } from "../search/find.ts";
import type { Text } from "../search/text.ts";

/**
 * A token that is longer is masked as it comes, so that none needs more memory. The longest that are handed out (access
 * tokens that name many groups) have about 3 KB.
 */
export const MAX_HELD_BYTES = 4096;
const MAX_PADDING = 2;
const PADDING = 0x3d;
const DOT = 0x2e;

const PADDED: ReadonlySet<CharacterClass> = new Set(["base64", "anyBase64", "percentBase64"]);
const DOTTED: ReadonlySet<CharacterClass> = new Set(["dottedBase64url", "token68"]);

export interface TokenEnd {
  readonly end: number;
  readonly continuation?: Continuation;
}

/** Where the token ends that begins at `start` and goes on from `from` as long as its class does. */
export function findTokenEnd(
  text: Text,
  { start, from, characters }: { start: number; from: number; characters: CharacterClass },
): TokenEnd | "goes-on" {
  const { bytes, end: textEnd, isOpen } = text;
  const runEnd = findRunEnd(bytes, characters, { from, to: textEnd });
  if (runEnd - start >= MAX_HELD_BYTES) {
    if (runEnd < textEnd || !isOpen) return { end: runEnd };
    return { end: runEnd, continuation: createContinuation(characters) };
  }
  const end = PADDED.has(characters) ? findPaddingEnd(text, runEnd) : runEnd;
  if (end === textEnd && isOpen) return "goes-on";
  return { end: DOTTED.has(characters) ? withoutDots(bytes, from, end) : end };
}

function createContinuation(characters: CharacterClass): Continuation {
  return { advance: (bytes, from, to) => findRunEnd(bytes, characters, { from, to }) };
}

function findPaddingEnd({ bytes, end }: Text, from: number): number {
  let at = from;
  while (at < Math.min(end, from + MAX_PADDING) && bytes[at] === PADDING) at++;
  return at;
}

/** They end a sentence, not a token. */
function withoutDots(bytes: Uint8Array, from: number, end: number): number {
  let at = end;
  while (at > from && bytes[at - 1] === DOT) at--;
  return at;
}
