/** Chance that is the same in every run, so that a benchmark's input is. */
export interface Random {
  /** A whole number from 0 up to, and without, `limit`. */
  below(limit: number): number;
  pick<Item>(items: readonly [Item, ...Item[]]): Item;
  text(alphabet: string, length: number): string;
}

export const HEX = "0123456789abcdef";
export const DIGITS = "0123456789";
const LOWER = "abcdefghijklmnopqrstuvwxyz";
export const ALPHANUMERIC = `${LOWER}${LOWER.toUpperCase()}${DIGITS}`;
export const BASE64 = `${ALPHANUMERIC}+/`;
export const BASE64URL = `${ALPHANUMERIC}-_`;

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  // Mulberry32: small, fast, and even enough for text.
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (limit: number): number => next() % limit;
  return {
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
    text(alphabet, length) {
      let text = "";
      for (let at = 0; at < length; at++) text += alphabet.charAt(next() % alphabet.length);
      return text;
    },
  };
}
