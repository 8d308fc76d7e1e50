import { findRepetition } from "./find-repetition.ts";
import type { GramIndex } from "./gram-index.ts";
import type { PatternStore } from "./pattern-store.ts";

export const LONG_WINDOW = 8;
export const SHORT_WINDOW = 4;
/** A pattern of this length is found with a line break in it. */
const MIN_BREAKABLE_BYTES = 2 * LONG_WINDOW;
/** Within 12 bytes there is one of them, so that a value folded to lines of 12 is found. */
const DENSE_STEP = 4;
const MAX_DENSE_WINDOWS = 16;
/** So many places near the start are tried, and as many over the rest. */
const TRIED_PLACES = 32;
/** Up to so many other patterns, a window is as good as one of its own. */
const CROWD = 8;
/** With more patterns than this at every one of its places, a pattern would slow the search of all that looks like it. */
const MAX_CROWD = 64;
/** In longer patterns the search of the runtime is faster than a walk. */
const MAX_WALKED_BYTES = 256;

/** In bits, the worst highest. A window is monotonous that has two different bytes at most, as rulers and padding do. */
const FAULTS = { crowded: 1, monotonous: 2, repeated: 4, overcrowded: 8 };

export interface ChosenWindows {
  /** Of the pattern's bytes, in ascending order. None where the pattern has too much in common with others. */
  readonly offsets: readonly number[];
  readonly width: number;
  /** After how many bytes the pattern repeats itself where it has no window of which there is only one; else 0. */
  readonly period: number;
}

interface Candidate {
  readonly offset: number;
  readonly faults: number;
}

/**
 * Two windows side by side: a line break hurts one of them alone, and several breaks at least 16 bytes apart not both.
 * They stand as near to the pattern's start as good windows can be had, for its first line to tell that more is to come.
 * A window that is unique in the pattern keeps the work linear: where it stands twice at a distance of d in a text, the
 * first can have matched no more than d + 8 bytes. `isDense`: for values as they are, which get many windows.
 */
export function chooseWindows(
  store: PatternStore,
  index: GramIndex,
  { pattern, isDense }: { readonly pattern: number; readonly isDense: boolean },
): ChosenWindows {
  const { bytes } = store;
  const start = store.startOf(pattern);
  const end = store.endOf(pattern);
  const length = end - start;
  const width = length < LONG_WINDOW ? SHORT_WINDOW : LONG_WINDOW;
  const isBreakable = length >= MIN_BREAKABLE_BYTES;
  const step = isDense && isBreakable ? DENSE_STEP : 1;
  const distance = step === 1 ? LONG_WINDOW : step;
  const wanted = isBreakable ? (isDense ? MAX_DENSE_WINDOWS : 2) : 1;
  const needed = Math.min(wanted, 2);
  const faultsAt = (offset: number): number => {
    const at = start + offset;
    const group = index.find(bytes, at, width);
    const crowd = group === -1 ? 0 : index.sizeOf(group);
    return (
      (crowd >= MAX_CROWD ? FAULTS.overcrowded : crowd >= CROWD ? FAULTS.crowded : 0) |
      (isMonotonous(bytes, at, width) ? FAULTS.monotonous : 0) |
      (isRepeated(bytes, at, { width, start, end }) ? FAULTS.repeated : 0)
    );
  };

  const chosen: number[] = [];
  const candidates: Candidate[] = [];
  const last = length - width;
  let next = 0;
  for (let offset = 0; offset <= last; offset = offsetAfter(offset, last, step)) {
    if (offset < next) continue;
    const faults = faultsAt(offset);
    if (faults === 0) {
      next = offset + distance;
      if (chosen.push(offset) === wanted) break;
    } else candidates.push({ offset, faults });
  }
  if (chosen.length >= needed) return { offsets: chosen, width, period: 0 };
  if (chosen.length > 0 || !candidates.every(isRepeatedIn)) {
    return { offsets: withLeastFaulty(chosen, candidates, needed), width, period: 0 };
  }
  const repetition = findRepetition(bytes.subarray(start, end));
  if (repetition.period <= length / 2) return { offsets: [0], width, period: repetition.period };
  for (const windowEnd of repetition.ends) {
    const offset = Math.max(0, windowEnd - width);
    candidates.push({ offset, faults: faultsAt(offset) });
  }
  return { offsets: withLeastFaulty(chosen, candidates, needed), width, period: 0 };
}

function offsetAfter(offset: number, last: number, step: number): number {
  const near = (TRIED_PLACES - 1) * step;
  if (offset < near) return offset + step;
  return offset + Math.max(step, Math.floor((last - near) / TRIED_PLACES));
}

function isMonotonous(bytes: Uint8Array, at: number, width: number): boolean {
  const first = bytes[at];
  let second = first;
  for (let index = at + 1; index < at + width; index++) {
    const byte = bytes[index];
    if (byte === first || byte === second) continue;
    if (second !== first) return false;
    second = byte;
  }
  return true;
}

/** Whether the window stands at another place of the pattern too. */
function isRepeated(
  bytes: Buffer,
  at: number,
  { width, start, end }: { readonly width: number; readonly start: number; readonly end: number },
): boolean {
  if (end - start > MAX_WALKED_BYTES) {
    const pattern = bytes.subarray(start, end);
    const window = bytes.subarray(at, at + width);
    return pattern.indexOf(window) !== at - start || pattern.includes(window, at - start + 1);
  }
  const first = bytes[at];
  const second = bytes[at + 1];
  for (let other = start; other <= end - width; other++) {
    if (bytes[other] !== first || bytes[other + 1] !== second || other === at) continue;
    let matched = 2;
    while (matched < width && bytes[other + matched] === bytes[at + matched]) matched++;
    if (matched === width) return true;
  }
  return false;
}

function isRepeatedIn({ faults }: Candidate): boolean {
  return (faults & FAULTS.repeated) !== 0;
}

/** One that is repeated is better than none, but not than one alone. */
function withLeastFaulty(
  chosen: readonly number[],
  candidates: readonly Candidate[],
  needed: number,
): number[] {
  const offsets = [...chosen];
  for (const candidate of candidates.toSorted((left, right) => left.faults - right.faults)) {
    const { offset, faults } = candidate;
    if (offsets.length === needed || faults >= FAULTS.overcrowded) break;
    if (offsets.length > 0 && isRepeatedIn(candidate)) break;
    if (offsets.every((other) => Math.abs(other - offset) >= LONG_WINDOW)) offsets.push(offset);
  }
  return offsets.toSorted((left, right) => left - right);
}
