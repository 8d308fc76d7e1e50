/** Where a run stands, when the collector has said so: what it acknowledged counts, whatever the guard thought. */
import type { StartedRun } from "./collector-session.ts";
import type { BatchStore, Position } from "./spool/batch-store.ts";

/** What waits, to be looked at. */
export type Waiting = Pick<BatchStore, "head">;

export interface Settling {
  readonly position: Position;
  /** What was on its way got there: its acknowledgement did not get here. */
  readonly isSendingStored: boolean;
  /** Of those that wait so many, from the first on, have been sent. */
  readonly sent: number;
}

export interface Situation {
  readonly waiting: Waiting;
  /** As it was the last time that this run was spoken of. */
  readonly before: Position | undefined;
  /** The run that was spoken of last; empty for none. */
  readonly lastRunId: string;
  /** The last event that any collector has, or was told of as lost. */
  readonly reached: number;
  /** This guard has spoken to no collector yet; one before it may have. */
  readonly isFirst: boolean;
}

/** Of one run: of older ones is known that there were some. One is made by each loss that is told of, and by each change between collectors. */
const MAX_JUMPS = 64;

/** What is known of a run once so many numbers more stand for what ends with that event. */
export function addJump(
  { jumps, acknowledged, toEvent }: Pick<Position, "jumps" | "acknowledged" | "toEvent">,
  to: { readonly count: number; readonly toEvent: number },
): Position["jumps"] {
  if (to.toEvent - toEvent === to.count) return jumps;
  const all = [...jumps, { acknowledged, toEvent }];
  if (all.length <= MAX_JUMPS) return all;
  const [oldest, ...later] = all.slice(-MAX_JUMPS);
  // Behind it nobody knows any more which number stands for which event: all of them count as not sent.
  return oldest === undefined ? later : [{ ...oldest, toEvent: 0 }, ...later];
}

/** Of a run whose jumps nobody has noted: each number of it stands for one event, or it is not known which stands for which. */
export function guessJumps({
  acknowledged,
  toEvent,
}: Pick<Position, "acknowledged" | "toEvent">): Position["jumps"] {
  return toEvent === acknowledged ? [] : [{ acknowledged: acknowledged - 1, toEvent: 0 }];
}

/** `conflict`: the collector has what this guard never sent. */
export function settlePosition(
  { runId, acknowledged }: StartedRun,
  situation: Situation,
): Settling | "conflict" {
  const { waiting, before, lastRunId, reached, isFirst } = situation;
  const jumps = before?.jumps.filter((jump) => jump.acknowledged < acknowledged) ?? [];
  const settle = (toEvent: number, { isSendingStored = false, sent = 0 } = {}): Settling => ({
    position: { runId, acknowledged, toEvent, sending: undefined, jumps },
    isSendingStored,
    sent,
  });
  if (acknowledged === 0) return settle(0);
  if (acknowledged === before?.acknowledged) return settle(before.toEvent);
  if (before !== undefined && acknowledged < before.acknowledged) {
    // From there back to here each number stands for one event.
    const known = before.jumps.find((jump) => jump.acknowledged >= acknowledged) ?? before;
    return settle(Math.max(known.toEvent - (known.acknowledged - acknowledged), 0));
  }
  const sending = before?.sending;
  if (before && sending && acknowledged === before.acknowledged + sending.count) {
    const isFirstWaiting = sending.isWaiting && waiting.head(0)?.toEvent === sending.toEvent;
    const settled = settle(sending.toEvent, {
      isSendingStored: true,
      sent: isFirstWaiting ? 1 : 0,
    });
    return { ...settled, position: { ...settled.position, jumps: addJump(before, sending) } };
  }
  if (before !== undefined && !isFirst) return "conflict";
  // The notes of the guard before were lost with the power, or are older than what it sent.
  const isOfNumbers = lastRunId === runId || lastRunId === "";
  const sent = isOfNumbers ? countSent(waiting, acknowledged) : 0;
  const head = waiting.head(sent);
  const toEvent = head === undefined ? reached : Math.max(head.fromEvent - 1, before?.toEvent ?? 0);
  const settled = settle(toEvent, { sent });
  const { position } = settled;
  return { ...settled, position: { ...position, jumps: guessJumps(position) } };
}

function countSent(waiting: Waiting, acknowledged: number): number {
  for (let index = 0; ; index += 1) {
    const head = waiting.head(index);
    if (head === undefined || head.firstSeq + head.count - 1 > acknowledged) return index;
  }
}
