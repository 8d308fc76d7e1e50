import { toByteFlags } from "./byte-flags.ts";
import { isOrdinaryValue } from "./ordinary-value.ts";
import { isExample, isReference } from "./placeholder.ts";
import { isProgramText, isScopedCall } from "./program-text.ts";
import { measureRandomness, type Randomness } from "./randomness.ts";

/**
 * How much the place says already: nothing but a password stands behind `password=`, a token or a key is long and
 * random, and a name that only holds such a word needs the most.
 */
export type Bar = "password" | "token" | "doubtful";

/** Cheap: false where the value is no secret behind any name. */
export function mayBeSecretValue(bytes: Uint8Array, { start, ...value }: Extent): boolean {
  const end = Math.min(value.end, start + MAX_JUDGED);
  if (end - start < MIN_LENGTH.password) return false;
  const randomness = measureRandomness(bytes, start, end);
  return IS_OVER.password(randomness) || IS_OVER.token(randomness);
}

/** Whether the value is one that somebody keeps secret, behind a name of which `bar` tells how much it says. */
export function isSecretValue(bytes: Uint8Array, value: Extent, bar: Bar): boolean {
  const { start, isQuoted = false } = value;
  const end = Math.min(value.end, start + MAX_JUDGED);
  if (end - start < MIN_LENGTH[bar]) return false;
  const randomness = measureRandomness(bytes, start, end);
  return (
    IS_OVER[bar](randomness) &&
    !isOrdinaryValue(bytes, start, end) &&
    !(isQuoted
      ? isBetweenStrings(bytes, start, end)
      : isExpression(bytes, { start, end }, { bar, randomness })) &&
    !isReference(bytes, start, end) &&
    (isDense(randomness) || !isExample(bytes, start, end))
  );
}

/** The rest of a long value comes when this has to be known already. */
const MAX_JUDGED = 4096;

export interface Extent {
  readonly start: number;
  readonly end: number;
  readonly isQuoted?: boolean;
}

const MIN_LENGTH: Record<Bar, number> = { password: 6, token: 8, doubtful: 12 };

const IS_OVER: Record<Bar, (randomness: Randomness) => boolean> = {
  // `hunter22` is one, and so are eight digits; words alone are not.
  password: ({ bits, surprises, length }) =>
    (bits >= 13 && surprises * 24 >= length) || bits >= length * 3,
  token: isRandomToken,
  doubtful: (randomness) => randomness.bits >= 40 && isRandomToken(randomness),
};

function isRandomToken({ bits, surprises, length }: Randomness): boolean {
  if (length < 16) return bits >= 25 && surprises >= 2 && surprises * 5 >= length;
  return bits >= 32 && surprises >= 2 && surprises * 8 >= length;
}

/** `"Token: ", token, "`, `'token: "' . $token . '"`: what stood before was the quote's closing one. */
function isBetweenStrings(bytes: Uint8Array, start: number, end: number): boolean {
  let from = start;
  while (from < end && IS_BETWEEN_STRINGS[bytes[from] ?? 0] === 1) from++;
  if (from === start || bytes[from] !== BLANK) return false;
  let to = end;
  while (to > from && IS_BETWEEN_STRINGS[bytes[to - 1] ?? 0] === 1) to--;
  return to > from + 1 && bytes[to - 1] === BLANK;
}

const BLANK = 0x20;
const IS_BETWEEN_STRINGS = toByteFlags("\"'`,.+");

/** What is random all through may hold what looks like an operator. */
function isExpression(
  bytes: Uint8Array,
  { start, end }: Extent,
  { bar, randomness }: { readonly bar: Bar; readonly randomness: Randomness },
): boolean {
  if (bar === "doubtful" && hasBrackets(bytes, start, end)) return true;
  if (isScopedCall(bytes, start, end)) return true;
  return !isDense(randomness) && isProgramText(bytes, start, end);
}

function hasBrackets(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (IS_BRACKET[bytes[at] ?? 0] === 1) return true;
  return false;
}

const IS_BRACKET = toByteFlags("()[]{}<>|\\;,");

/** There is no room for a word in it. */
function isDense({ surprises, length }: Randomness): boolean {
  return length >= 12 && surprises * 3 >= length;
}
