import type { Position } from "./batch-store.ts";
import type { DiskStore } from "./disk-store.ts";

/** What a guard left that had the same claim; nothing for the first one. */
export interface Beginning {
  readonly position: Position | undefined;
  /** The last event that is on disk, or was sent. */
  readonly lastEvent: number;
  /** Events after that one, which it had in memory when it was killed. */
  readonly killed: number;
}

export const NOTHING_BEFORE: Beginning = { position: undefined, lastEvent: 0, killed: 0 };

export function toBeginning(store: DiskStore): Beginning {
  const { position, toldBefore } = store;
  const last = store.head(store.length - 1);
  const lastEvent = Math.max(last?.toEvent ?? 0, position?.toEvent ?? 0);
  return { position, lastEvent, killed: Math.max(toldBefore - lastEvent, 0) };
}
