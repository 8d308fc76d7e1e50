import { isOrdinaryValue } from "./ordinary-value.ts";
import { isExample, isReference } from "./placeholder.ts";
import { isProgramText } from "./program-text.ts";
import { measureRandomness, type Randomness } from "./randomness.ts";

/**
 * How much the place says already: nothing but a password stands behind `password=`, a token or a key is long and
 * random, and a name that only holds such a word needs the most.
 */
export type Bar = "password" | "token" | "doubtful";

/** Cheap: false where the value is no secret behind any name. */
export function mayBeSecretValue(bytes: Uint8Array, { start, end }: Extent): boolean {
  if (end - start < MIN_LENGTH.password) return false;
  const randomness = measureRandomness(bytes, start, end);
  return IS_OVER.password(randomness) || IS_OVER.token(randomness);
}

/** Whether the value is one that somebody keeps secret, behind a name of which `bar` tells how much it says. */
export function isSecretValue(bytes: Uint8Array, value: Extent, bar: Bar): boolean {
  const { start, end, isQuoted = false } = value;
  if (end - start < MIN_LENGTH[bar]) return false;
  const randomness = measureRandomness(bytes, start, end);
  return (
    IS_OVER[bar](randomness) &&
    !isOrdinaryValue(bytes, start, end) &&
    (isQuoted || !isProgramText(bytes, start, end)) &&
    !isReference(bytes, start, end) &&
    (isDense(randomness) || !isExample(bytes, start, end))
  );
}

export interface Extent {
  readonly start: number;
  readonly end: number;
  readonly isQuoted?: boolean;
}

const MIN_LENGTH: Record<Bar, number> = { password: 6, token: 8, doubtful: 16 };

const IS_OVER: Record<Bar, (randomness: Randomness) => boolean> = {
  // `hunter22` is one, and so are eight digits; words alone are not.
  password: ({ bits, surprises, length }) =>
    (bits >= 13 && surprises * 24 >= length) || bits >= length * 3,
  token: isRandomToken,
  doubtful: (randomness) => randomness.bits >= 48 && isRandomToken(randomness),
};

function isRandomToken({ bits, surprises, length }: Randomness): boolean {
  if (length < 16) return bits >= 28 && surprises >= 3 && surprises * 4 >= length;
  return bits >= 36 && surprises >= 2 && surprises * 8 >= length;
}

/** There is no room for a word in it. */
function isDense({ surprises, length }: Randomness): boolean {
  return length >= 16 && surprises * 3 >= length;
}
