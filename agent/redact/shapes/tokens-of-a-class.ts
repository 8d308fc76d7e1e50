import { isOf, type CharacterClass } from "../search/character-class.ts";
import type { Text } from "../search/text.ts";

/** Something that is swallowed through all bytes of a class that come behind it. */
export interface Swallowing {
  readonly literal: string;
  /** Whether such a token stands here, its letters included. */
  standsAt(text: Text, position: number): boolean;
}

/**
 * All tokens that are swallowed through the same class of bytes. Within one run of them the first swallows the others: only
 * it walks to the run's end, or a line of a million prefixes would be walked a million times.
 */
export interface TokensOfAClass {
  add(token: Swallowing): void;
  /** Whether a token that began earlier in the run swallows what stands here. */
  covers(text: Text, position: number): boolean;
}

export function createTokensOfAClass(characters: CharacterClass): TokensOfAClass {
  const byFirstByte: Swallowing[][] = Array.from({ length: 256 }, () => []);
  return {
    add: (token) => void byFirstByte[token.literal.charCodeAt(0)]?.push(token),
    // Linear: whoever asks is a token itself, so that the next one that asks looks back no further than here.
    covers(text, position) {
      const { bytes, start } = text;
      for (let at = position - 1; at >= start && isOf(characters, bytes[at]); at--) {
        const candidates = byFirstByte[bytes[at] ?? 0] ?? [];
        if (candidates.some((token) => token.standsAt(text, at))) return true;
      }
      return false;
    },
  };
}
