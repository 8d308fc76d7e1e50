/** What waits for the collector, within bounds: what has no room is let go of by the policy that was asked for, and counted. */
import type { BatchHead, BatchStore, WaitingBatch } from "./batch-store.ts";

export type SpoolPolicy = "keep-oldest" | "keep-newest";

export interface Spool extends Disposable {
  readonly store: BatchStore;
  append(batch: WaitingBatch, importance: Importance): "kept" | "full" | "unwritable";
  /** The first one is on its way: it stays as it is. */
  isFirstSending: boolean;
}

/** How much of the room something may have: what tells of an attack, and of the end, gets in when a flood does not. */
export type Importance = "ordinary" | "important" | "last";

export interface SpoolOptions {
  readonly maxBytes: number;
  readonly policy: SpoolPolicy;
  readonly onEvicted: (batch: BatchHead) => void;
}

/** Of the bytes. */
const SHARE: Readonly<Record<Importance, number>> = {
  ordinary: 0.875,
  important: 0.98,
  last: 1,
};
/** A batch has some 100 bytes of memory, whatever it holds: no more of them than fit in if each is as small as can be. */
const LEAST_BYTES = 256;

export function createSpool(store: BatchStore, options: SpoolOptions): Spool {
  const { maxBytes, policy } = options;
  const hasRoom = ({ content }: WaitingBatch, importance: Importance): boolean =>
    store.length < (maxBytes / LEAST_BYTES) * SHARE[importance] &&
    store.bytes + content.length <= maxBytes * SHARE[importance];
  const spool: Spool = {
    store,
    isFirstSending: false,
    append(batch, importance) {
      for (;;) {
        const outcome = hasRoom(batch, importance) ? store.append(batch) : "full";
        // What cannot be written gets no better by room.
        if (outcome !== "full" || policy === "keep-oldest" || !evict()) return outcome;
      }
    },
    [Symbol.dispose]: () => store[Symbol.dispose](),
  };
  return spool;

  /** The oldest that holds no finding; where all do, the oldest. */
  function evict(): boolean {
    const first = spool.isFirstSending ? 1 : 0;
    const index = findOrdinary(store, first) ?? first;
    const head = store.head(index);
    if (head === undefined) return false;
    store.remove(index, "evicted");
    options.onEvicted(head);
    return true;
  }
}

/** Findings are few: whoever made so many that one has to search longer has flooded with them. */
const MAX_LOOKS = 64;

function findOrdinary(store: BatchStore, first: number): number | undefined {
  for (let index = first; index < first + MAX_LOOKS; index += 1) {
    const head = store.head(index);
    if (head === undefined) return undefined;
    if (!head.isImportant) return index;
  }
  return undefined;
}
