/** Batches that wait for the collector, the oldest first. Implementations: in memory, on disk. */

/** What is known of a batch without looking into it. */
export interface BatchHead {
  /** The number in its first line: what was due when it was made. */
  readonly firstSeq: number;
  readonly count: number;
  /**
   * Which of the guard's events it stands for, counted from 1 over all that the guard ever told. What lies between one batch and the
   * next was let go.
   */
  readonly fromEvent: number;
  readonly toEvent: number;
  /** It holds a finding, or how the guard started. */
  readonly isImportant: boolean;
  /** It is the last one of its run. */
  readonly isLast: boolean;
}

export interface WaitingBatch extends BatchHead {
  /** Packed lines. */
  readonly content: Buffer;
}

/** Where the collector stood when that was last noted, for a guard that takes over. */
export interface Position {
  /** Of the collector's. */
  readonly runId: string;
  /** The last number that was acknowledged. */
  readonly acknowledged: number;
  /** The last event that was sent or told as lost with it. */
  readonly toEvent: number;
  /** What was on its way then. */
  readonly sending:
    | { readonly count: number; readonly toEvent: number; readonly isWaiting: boolean }
    | undefined;
  /** Where a number did not stand for one event: what was acknowledged before, the oldest first. For a guard that takes over they are not noted. */
  readonly jumps: readonly Jump[];
}

export type Jump = Pick<Position, "acknowledged" | "toEvent">;

export interface BatchStore extends Disposable {
  readonly kind: "memory" | "disk";
  readonly length: number;
  readonly bytes: number;
  /** `unwritable`: whatever the bounds say, it cannot be kept. */
  append(batch: WaitingBatch): "kept" | "unwritable";
  head(index: number): BatchHead | undefined;
  /** Undefined where what was kept is not there any more as it was. */
  read(index: number): Buffer | undefined;
  remove(index: number, why: "sent" | "evicted"): void;
  note(position: Position): void;
  /** How many events the guard has told by now. */
  noteTold(told: number): void;
}
