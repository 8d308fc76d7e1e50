import { findRepetition } from "./find-repetition.ts";
import type { GramIndex } from "./gram-index.ts";
import type { PatternStore } from "./pattern-store.ts";

const LONG_WINDOW = 8;
const SHORT_WINDOW = 4;
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
/** Rulers and padding have fewer different bytes in a window. */
const MIN_VARIETY = 3;

/** In bits, the worst highest. */
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
  const start = store.startOf(pattern);
  const bytes = store.bytes.subarray(start, store.endOf(pattern));
  const width = bytes.length < LONG_WINDOW ? SHORT_WINDOW : LONG_WINDOW;
  const isBreakable = bytes.length >= MIN_BREAKABLE_BYTES;
  const step = isDense && isBreakable ? DENSE_STEP : 1;
  const distance = step === 1 ? LONG_WINDOW : step;
  const wanted = isBreakable ? (isDense ? MAX_DENSE_WINDOWS : 2) : 1;
  const needed = Math.min(wanted, 2);

  const chosen: number[] = [];
  const candidates: Candidate[] = [];
  for (const offset of offsetsOf(bytes.length - width, step)) {
    if (offset < (chosen.at(-1) ?? -distance) + distance) continue;
    const faults = faultsOf(bytes, { offset, width }, index);
    if (faults === 0 && chosen.push(offset) === wanted) break;
    if (faults !== 0) candidates.push({ offset, faults });
  }
  if (chosen.length >= needed) return { offsets: chosen, width, period: 0 };
  if (chosen.length > 0 || !candidates.every(isRepeatedIn)) {
    return { offsets: withLeastFaulty(chosen, candidates, needed), width, period: 0 };
  }
  const { period, ends } = findRepetition(bytes);
  if (period <= bytes.length / 2) return { offsets: [0], width, period };
  for (const end of ends) {
    const offset = Math.max(0, end - width);
    candidates.push({ offset, faults: faultsOf(bytes, { offset, width }, index) });
  }
  return { offsets: withLeastFaulty(chosen, candidates, needed), width, period: 0 };
}

function* offsetsOf(last: number, step: number): Generator<number> {
  const near = Math.min(last, (TRIED_PLACES - 1) * step);
  for (let offset = 0; offset <= near; offset += step) yield offset;
  const farStep = Math.max(step, Math.floor((last - near) / TRIED_PLACES));
  for (let offset = near + farStep; offset <= last; offset += farStep) yield offset;
}

function faultsOf(
  pattern: Buffer,
  { offset, width }: { readonly offset: number; readonly width: number },
  index: GramIndex,
): number {
  const window = pattern.subarray(offset, offset + width);
  const group = index.find(pattern, offset, width);
  const crowd = group === -1 ? 0 : index.sizeOf(group);
  return (
    (crowd >= MAX_CROWD ? FAULTS.overcrowded : crowd >= CROWD ? FAULTS.crowded : 0) |
    (isMonotonous(window) ? FAULTS.monotonous : 0) |
    (isRepeated(pattern, offset, window) ? FAULTS.repeated : 0)
  );
}

function isMonotonous(window: Uint8Array): boolean {
  let variety = 0;
  for (let at = 0; at < window.length; at++) {
    if (window.indexOf(window[at] ?? 0) === at && ++variety === MIN_VARIETY) return false;
  }
  return true;
}

/** Whether the window stands at another place of the pattern too. */
function isRepeated(pattern: Buffer, offset: number, window: Uint8Array): boolean {
  return pattern.indexOf(window) !== offset || pattern.indexOf(window, offset + 1) !== -1;
}

function isRepeatedIn({ faults }: Candidate): boolean {
  return (faults & FAULTS.repeated) !== 0;
}

function withLeastFaulty(
  chosen: readonly number[],
  candidates: readonly Candidate[],
  needed: number,
): number[] {
  const offsets = [...chosen];
  for (const { offset, faults } of candidates.toSorted((a, b) => a.faults - b.faults)) {
    if (offsets.length === needed || faults >= FAULTS.overcrowded) break;
    if (offsets.every((other) => Math.abs(other - offset) >= LONG_WINDOW)) offsets.push(offset);
  }
  return offsets.toSorted((left, right) => left - right);
}
