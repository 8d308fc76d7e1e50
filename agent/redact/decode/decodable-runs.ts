import { findRunEnd, type CharacterClass } from "../search/character-class.ts";
import type { Text } from "../search/text.ts";
import { looksLikeText } from "./looks-like-text.ts";
import { RADIXES, unpackBytes, type RunKind } from "./radix.ts";

/** A run of characters that is worth decoding. */
export interface Run {
  readonly kind: RunKind;
  readonly start: number;
  /** After its last character, and after the padding. */
  readonly end: number;
  /** Bit a is set when what is decoded from `start + a` on looks like text. Never 0. */
  readonly alignments: number;
}

/** What `looksLikeText` is asked about: so many characters of a run, from the one that the alignment begins with. */
const LOOKED_AT = 4096;
const RADIX_KINDS: readonly RunKind[] = ["hex", "base32", "base64"];
const PADDING = 0x3d;

/**
 * The definition of what is worth decoding, which the scanner follows.
 *
 * For each kind apart, a candidate is a maximal run in `[text.start, text.end)` of characters of
 *
 * | kind   | characters        | at least | padding after it      | alignments | bits a character |
 * |--------|-------------------|----------|-----------------------|------------|------------------|
 * | hex    | `0-9A-Fa-f`       | 24       | none                  | 0, 1       | 4                |
 * | base32 | `A-Z2-7`          | 20       | up to six `=`         | 0 to 7     | 5                |
 * | base64 | `0-9A-Za-z+/_-`   | 16       | up to two `=`         | 0 to 3     | 6                |
 *
 * so that a hex or base32 run may lie within a base64 run. A base64 run that is all hex digits is no candidate. Padding is
 * part of the run, but not of its length, and is taken as it stands, whether or not it is due.
 *
 * At each alignment a, the up to 4096 characters from `start + a` on (not beyond the run's last) are decoded: the bits of
 * the characters' digits, highest first, cut into bytes; the 1 to 7 bits that are left over are dropped. In base64 `-` is
 * the digit of `+`, and `_` that of `/`; hex digits count alike in both cases. The alignment's bit is set when
 * `looksLikeText` is true of these bytes, and the candidate is a run when any bit is set.
 *
 * Runs come in the order of `start`; those with the same start as hex, base32, base64.
 */
export function findDecodableRuns(text: Text): Run[] {
  const runs = RADIX_KINDS.flatMap((kind) => findRunsOf(kind, text));
  return runs.toSorted((left, right) => left.start - right.start);
}

function findRunsOf(kind: RunKind, { bytes, start, end }: Text): Run[] {
  const { characters, minCharacters, maxPadding } = RADIXES[kind];
  const runs: Run[] = [];
  for (let at = start; at < end; at++) {
    const last = findRunEnd(bytes, characters, { from: at, to: end });
    if (last - at >= minCharacters && !(kind === "base64" && isAll("hex", bytes, at, last))) {
      const alignments = findAlignments(kind, bytes.subarray(at, last));
      const padded = skipPadding(bytes, last, Math.min(last + maxPadding, end));
      if (alignments !== 0) runs.push({ kind, start: at, end: padded, alignments });
    }
    at = last;
  }
  return runs;
}

function findAlignments(kind: RunKind, characters: Uint8Array): number {
  const { bits, charactersInGroup } = RADIXES[kind];
  // Nobody writes compressed data in base32, and it is rare.
  const groupBytes = kind === "base32" ? 0 : (charactersInGroup * bits) / 8;
  let alignments = 0;
  for (let alignment = 0; alignment < charactersInGroup; alignment++) {
    const looked = characters.subarray(alignment, alignment + LOOKED_AT);
    if (looksLikeText(unpackBytes(kind, looked), groupBytes)) alignments |= 1 << alignment;
  }
  return alignments;
}

function isAll(name: CharacterClass, bytes: Uint8Array, from: number, to: number): boolean {
  return findRunEnd(bytes, name, { from, to }) === to;
}

function skipPadding(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] === PADDING) at++;
  return at;
}
