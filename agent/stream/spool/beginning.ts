import type { Position } from "./batch-store.ts";

/** What a guard left that had the same claim; nothing for the first one. */
export interface Beginning {
  readonly position: Position | undefined;
  /** The last event that is on disk. */
  readonly lastEvent: number;
  /** Events after that one, which it had in memory when it was killed. */
  readonly killed: number;
}

export const NOTHING_BEFORE: Beginning = { position: undefined, lastEvent: 0, killed: 0 };
