import type { Random } from "../redact/random.ts";

const FINE = 1_000_000;

export function happens(random: Random, chance: number): boolean {
  return random.below(FINE) < chance * FINE;
}

/** About 1, and as often twice as half: the exponential of a normal number (Irwin and Hall's, of twelve even ones). */
export function spread(random: Random, sigma: number): number {
  let sum = -6;
  for (let index = 0; index < 12; index += 1) sum += random.below(FINE) / FINE;
  return Math.exp(sum * sigma);
}

export function pickFrom<Item>(random: Random, items: readonly Item[]): Item | undefined {
  return items[random.below(Math.max(1, items.length))];
}
