/** When it is decided of what was taken in, and of how much. */
import type { Scanner } from "../scanner/scanner.ts";
import { NEWLINE } from "../search/text.ts";
import { type InputWindow, ROOM_BYTES } from "./input-window.ts";

/**
 * Why a decision is due: more input came; nothing came for a while, which shows of a begun line what no secret begins in; there is
 * too much to hold more; the input has ended.
 */
export type Occasion = "more" | "silent" | "too-much" | "end";

/** Decides of what is before `limit`. False where nothing of it could be. */
export type Decide = (limit: number, occasion: Occasion) => boolean;

export interface DecisionSchedule {
  /** More was filled. */
  more(): void;
  silent(): void;
  end(): void;
  /** All positions of the window are so much less. */
  shift(by: number): void;
}

/** A line that is longer is looked at before it ends, whenever there is so much more of it. */
const LONG_LINE_BYTES = 65_536;
/** How much of what goes on is held before it is decided as it stands. A key of 16,384 bits in PEM has 13 KB. */
const MAX_HELD_BYTES = 262_144;
/** What is held is looked at again when there is so much more of it: in sum that is linear. */
const GROWTH = 2;
/** Room, a line that was begun, and what is held, with what detectors look back on. */
export const STREAM_BYTES = MAX_HELD_BYTES + LONG_LINE_BYTES + 3 * ROOM_BYTES;

/**
 * However much input comes at a time, a long line is looked at in the same places, and as much of it is held: what is told of a line
 * depends on how much of it was there.
 */
export function createDecisionSchedule(
  scanner: Pick<Scanner, "findByte" | "findLastLineStart">,
  window: InputWindow,
  decide: Decide,
): DecisionSchedule {
  /** Where the line that was begun has to be looked at next, and up to where it was searched for its end. */
  let longLineLook = window.decided + LONG_LINE_BYTES;
  let searched = window.decided;
  /** So many undecided bytes are worth another look. */
  let nextLook = 0;

  const lookAt = (limit: number, occasion: Occasion): void => {
    nextLook = decide(limit, occasion) ? 0 : (limit - window.decided) * GROWTH;
  };

  const decideHeld = (most: number): void => {
    const before = window.decided;
    const lineStart = scanner.findLastLineStart(before, most);
    if (lineStart > before) lookAt(lineStart, "more");
    if (window.decided === before) lookAt(most, "too-much");
  };

  const decideLines = (): void => {
    const { decided, filled } = window;
    const lineStart = scanner.findLastLineStart(searched, filled);
    if (lineStart > searched) longLineLook = lineStart + LONG_LINE_BYTES;
    searched = filled;
    const limit = scanner.findLastLineStart(decided, filled);
    if (limit > decided && filled - decided >= nextLook) lookAt(limit, "more");
  };

  return {
    more() {
      for (;;) {
        const { decided, filled } = window;
        const most = decided + MAX_HELD_BYTES;
        const hasLineEnd =
          scanner.findByte(NEWLINE, searched, Math.min(filled, longLineLook)) !== -1;
        if (!hasLineEnd && longLineLook <= Math.min(filled, most)) {
          searched = longLineLook;
          longLineLook += LONG_LINE_BYTES;
          lookAt(searched, "more");
        } else if (filled >= most) {
          decideHeld(most);
        } else {
          decideLines();
          return;
        }
      }
    },
    silent() {
      const { decided, filled } = window;
      const lineStart = scanner.findLastLineStart(decided, filled);
      if (lineStart > decided) lookAt(lineStart, "silent");
      if (filled > window.decided) lookAt(filled, "silent");
    },
    end() {
      if (window.filled > window.decided) lookAt(window.filled, "end");
    },
    shift(by) {
      longLineLook -= by;
      searched -= by;
    },
  };
}
