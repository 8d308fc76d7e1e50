import { ALPHANUMERIC, BASE64, createRandom } from "./random.ts";

const SEED = 11;

/** Values as secrets of a pipeline are: passwords and keys of 16 to 64 characters. */
export function makeKnownValues(count: number): string[] {
  const random = createRandom(SEED);
  return Array.from({ length: count }, (_, index) =>
    random.text(index % 3 === 0 ? BASE64 : ALPHANUMERIC, 16 + random.below(49)),
  );
}
