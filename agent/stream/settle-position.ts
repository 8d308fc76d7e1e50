/** Where a run stands, when the collector has said so: what it acknowledged counts, whatever the guard thought. */
import type { StartedRun } from "./collector-session.ts";
import type { BatchStore, Position } from "./spool/batch-store.ts";

export interface Settling {
  readonly position: Position;
  /** What was on its way got there: its acknowledgement did not get here. */
  readonly isSendingStored: boolean;
}

export interface Situation {
  readonly store: BatchStore;
  /** As it was the last time that this run was spoken of. */
  readonly before: Position | undefined;
  /** The run that was spoken of last; empty for none. */
  readonly lastRunId: string;
  /** The last event that any collector has, or was told of as lost. */
  readonly reached: number;
  /** This guard has spoken to no collector yet; one before it may have. */
  readonly isFirst: boolean;
}

/** `conflict`: the collector has what this guard never sent. */
export function settlePosition(
  { runId, acknowledged }: StartedRun,
  situation: Situation,
): Settling | "conflict" {
  const { store, before, lastRunId, reached, isFirst } = situation;
  const settle = (toEvent: number, isSendingStored = false): Settling => ({
    position: { runId, acknowledged, toEvent, sending: undefined },
    isSendingStored,
  });
  if (acknowledged === 0) return settle(0);
  if (acknowledged === before?.acknowledged) return settle(before.toEvent);
  if (before !== undefined && acknowledged < before.acknowledged) {
    return settle(Math.max(before.toEvent - (before.acknowledged - acknowledged), 0));
  }
  const sending = before?.sending;
  if (before && sending && acknowledged === before.acknowledged + sending.count) {
    if (sending.isWaiting && store.head(0)?.toEvent === sending.toEvent) store.remove(0, "sent");
    return settle(sending.toEvent, true);
  }
  if (before !== undefined && !isFirst) return "conflict";
  // The notes of the guard before were lost with the power, or are older than what it sent.
  if (lastRunId === runId || lastRunId === "") removeSent(store, acknowledged);
  const head = store.head(0);
  return settle(head === undefined ? reached : Math.max(head.fromEvent - 1, before?.toEvent ?? 0));
}

function removeSent(store: BatchStore, acknowledged: number): void {
  for (let head = store.head(0); head !== undefined; head = store.head(0)) {
    if (head.firstSeq + head.count - 1 > acknowledged) return;
    store.remove(0, "sent");
  }
}
