/** What goes over the wire next: a batch as it waits, or with other numbers where something before it was let go of. */
import type { SendableBatch } from "./collector-session.ts";
import { toLines, toTails } from "./event-lines.ts";
import type { LossReason, Losses } from "./losses.ts";
import { pack, unpack } from "./packing.ts";
import type { BatchStore, Position, WaitingBatch } from "./spool/batch-store.ts";

export interface Outgoing {
  readonly batch: SendableBatch;
  /** The last of the guard's events that it tells of. */
  readonly toEvent: number;
  /** It is the first of those that wait. */
  readonly isWaiting: boolean;
  /** Of the events before it that were let go of. */
  readonly told: ReadonlyMap<LossReason, number>;
}

/** Undefined where nothing waits. What is damaged, and what was told as lost before, is let go of. */
export function takeFirst(
  store: BatchStore,
  position: Position,
  losses: Losses,
): Outgoing | undefined {
  for (let head = store.head(0); head !== undefined; head = store.head(0)) {
    const isUntold = head.toEvent > position.toEvent;
    const content = isUntold ? store.read(0) : undefined;
    const outgoing = content && toOutgoing({ ...head, content }, position, losses);
    if (outgoing !== undefined) return outgoing;
    if (isUntold) losses.add("spool-damaged", head.toEvent - head.fromEvent + 1);
    store.remove(0, "sent");
  }
  return undefined;
}

/** Undefined where it needs other numbers, and nothing can be made of its content. */
function toOutgoing(
  { count, content, firstSeq, fromEvent, toEvent }: WaitingBatch,
  position: Position,
  losses: Losses,
): Outgoing | undefined {
  const due = position.acknowledged + 1;
  const told = losses.take(Math.max(fromEvent - 1 - position.toEvent, 0));
  if (told.size === 0 && firstSeq === due) {
    return { batch: { firstSeq, count, content }, toEvent, isWaiting: true, told };
  }
  const lines = unpack(content);
  if (lines === undefined) {
    losses.giveBack(told);
    return undefined;
  }
  const tails = [...toLossTails(told), ...toTails(lines)];
  return { batch: toBatch(tails, due), toEvent, isWaiting: true, told };
}

export function toBatch(tails: readonly string[], firstSeq: number): SendableBatch {
  return { firstSeq, count: tails.length, content: pack(toLines(tails, firstSeq)) };
}

/** Events `events-dropped`, one a reason. */
export function toLossTails(missing: ReadonlyMap<LossReason, number>): string[] {
  // Three more digits make microseconds of milliseconds.
  const observedAt = new Date().toISOString().replace("Z", "000Z");
  return [...missing].map(([reason, count]) => {
    const event = { observedAt, kind: "events-dropped", sensor: "stream", reason, count };
    return JSON.stringify(event).slice(1);
  });
}
