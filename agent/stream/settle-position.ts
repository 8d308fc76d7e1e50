/** Where a run stands, when the collector has said so: what it acknowledged counts, whatever the guard thought. */
import type { StartedRun } from "./collector-session.ts";
import type { Position } from "./spool/batch-store.ts";
import type { Spool } from "./spool/spool.ts";

export interface Settling {
  readonly position: Position;
  /** Events that this collector never got, and that are not here any more. */
  readonly missing: number;
  /** Events whose acknowledgement did not get here. */
  readonly storedMeanwhile: number;
}

export interface Situation {
  readonly spool: Spool;
  /** This guard has spoken to no collector yet. */
  readonly isFirst: boolean;
}

/** `before`: as it was the last time that this run was spoken of. `conflict`: the collector has what this guard never sent. */
export function settlePosition(
  before: Position | undefined,
  { runId, acknowledged }: StartedRun,
  { spool, isFirst }: Situation,
): Settling | "conflict" {
  const head = spool.store.head(0);
  if (before === undefined) {
    const sentElsewhere = (head?.fromEvent ?? 1) - 1;
    // A run that the collector knows and the guard does not: what was sent then is not known any more.
    const isNew = acknowledged === 0 && !isFirst;
    return {
      position: { runId, acknowledged, toEvent: isNew ? 0 : sentElsewhere, sending: undefined },
      missing: isNew ? sentElsewhere : 0,
      storedMeanwhile: 0,
    };
  }
  const { sending } = before;
  if (acknowledged === before.acknowledged) {
    return { position: { ...before, sending: undefined }, missing: 0, storedMeanwhile: 0 };
  }
  if (sending !== undefined && acknowledged === before.acknowledged + sending.count) {
    if (sending.isWaiting && head?.toEvent === sending.toEvent) spool.store.remove(0, "sent");
    return {
      position: { runId, acknowledged, toEvent: sending.toEvent, sending: undefined },
      missing: 0,
      storedMeanwhile: sending.isWaiting ? sending.count : 0,
    };
  }
  const missing = before.acknowledged - acknowledged;
  if (missing < 0) return "conflict";
  return {
    position: {
      runId,
      acknowledged,
      toEvent: Math.max(before.toEvent - missing, 0),
      sending: undefined,
    },
    missing,
    storedMeanwhile: 0,
  };
}
