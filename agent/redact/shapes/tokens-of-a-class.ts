import { CLASS_BITS, toClassBit, type CharacterClass } from "../search/character-class.ts";
import type { Text } from "../search/text.ts";

/** Something that is swallowed through all bytes of a class that come behind it. */
export interface Swallowing {
  readonly literal: Uint8Array;
  /** Whether such a token stands here, its letters included. */
  standsAt(text: Text, position: number): boolean;
}

/**
 * All tokens that are swallowed through the same class of bytes. Within one run of them the first swallows the others: only
 * it walks to the run's end, or a line of a million prefixes would be walked a million times.
 */
export interface TokensOfAClass {
  add(token: Swallowing): void;
  /** Whether a token that began earlier in the run swallows what stands here. To be asked for a token alone. */
  covers(text: Text, position: number): boolean;
  /** The same of the next prefix in front alone, if it is near: quick, and enough for prefixes in rows. */
  coversFromNear(text: Text, position: number): boolean;
}

const NEAR_BYTES = 32;

export function createTokensOfAClass(characters: CharacterClass): TokensOfAClass {
  const bit = toClassBit(characters);
  const byFirstByte: Swallowing[][] = Array.from({ length: 256 }, () => []);

  // Linear: whoever asks is a token itself, so that the next one that asks looks back no further than here.
  const looksBack = (text: Text, position: number, to: number, isFirstEnough: boolean): boolean => {
    const { bytes } = text;
    for (let at = position - 1; at >= to; at--) {
      const byte = bytes[at] ?? 0;
      if (((CLASS_BITS[byte] ?? 0) & bit) === 0) return false;
      const second = bytes[at + 1];
      let isPrefix = false;
      for (const token of byFirstByte[byte] ?? []) {
        if (token.literal[1] !== second || token.literal[2] !== bytes[at + 2]) continue;
        if (token.standsAt(text, at)) return true;
        isPrefix = true;
      }
      if (isPrefix && isFirstEnough) return false;
    }
    return false;
  };

  return {
    add: (token) => void byFirstByte[token.literal[0] ?? 0]?.push(token),
    covers: (text, position) => looksBack(text, position, text.start, false),
    coversFromNear: (text, position) =>
      looksBack(text, position, Math.max(text.start, position - NEAR_BYTES), true),
  };
}
