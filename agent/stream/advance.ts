/** What a collector's answer makes of the sending, and what is to be done besides. Pure: nothing is asked, and nothing done. */
import type { Appended, Finished, Refusal, Started, StartedRun } from "./collector-session.ts";
import type { LossReason } from "./losses.ts";
import type { Phase, Progress } from "./progress.ts";
import type { Outgoing } from "./sendable.ts";
import { addJump, type Settling, settlePosition, type Waiting } from "./settle-position.ts";
import type { Position } from "./spool/batch-store.ts";

export type Answer =
  | { readonly to: "start"; readonly reply: Started | Refusal; readonly waiting: Waiting }
  | { readonly to: "batch"; readonly reply: Appended | Refusal }
  | { readonly to: "goodbye"; readonly reply: Finished | Refusal };

export interface Change {
  readonly progress: Progress;
  /** In this order. */
  readonly effects: readonly Effect[];
}

export type Effect =
  /** Of those that wait. */
  | { readonly do: "remove-first"; readonly count: number }
  | { readonly do: "lose"; readonly reason: LossReason; readonly count: number }
  /** What the batch would have told of events that were let go of is not told yet. */
  | { readonly do: "give-back"; readonly told: Outgoing["told"] }
  /** So many are missing on this wire, and another collector has them. */
  | { readonly do: "set-elsewhere"; readonly count: number }
  | { readonly do: "tell-run"; readonly run: StartedRun }
  /** Undefined: there is none any more. */
  | { readonly do: "tell-trouble"; readonly reason: string | undefined }
  /** Somebody has to mend something before it is tried again. */
  | { readonly do: "await-mending" };

/** A collector and a guard that cannot agree are no reason to ask each other without end. */
const MAX_DISAGREEMENTS = 5;

export function advance(progress: Progress, answer: Answer): Change {
  const { phase } = progress;
  if (answer.to === "goodbye") return afterGoodbye(progress, answer.reply);
  if (answer.to === "start" && phase.name === "asking") return afterStart(progress, phase, answer);
  if (answer.to === "batch" && phase.name === "sending") {
    return afterBatch(progress, phase, answer.reply);
  }
  // Nobody asked for that.
  return { progress, effects: [] };
}

type Asking = Extract<Phase, { readonly name: "asking" }>;
type Sending = Extract<Phase, { readonly name: "sending" }>;

function afterStart(
  progress: Progress,
  phase: Asking,
  { reply, waiting }: Extract<Answer, { readonly to: "start" }>,
): Change {
  if (reply.status === "unreachable") return afterRefusal(progress, reply);
  // Whatever it is that the collector does not take, it will not take it in the next moment either.
  if (reply.status !== "started")
    return afterRefusal(progress, { ...reply, status: "unauthorized" });
  const { run } = reply;
  const { position, reached } = progress;
  const known = new Map(progress.known);
  if (position.runId !== "") known.set(position.runId, position);
  const before = known.get(run.runId);
  const settling = settlePosition(run, {
    waiting,
    before,
    lastRunId: position.runId,
    reached,
    isFirst: phase.isFirst,
  });
  if (settling === "conflict") {
    return afterRefusal(
      { ...progress, known },
      { status: "over", reason: "somebody else has written to this run" },
    );
  }
  const settled = settleDoubtful(progress, phase, { settling, before });
  const nowReached = Math.max(reached, settling.position.toEvent);
  return {
    progress: {
      ...progress,
      ...settled.changes,
      phase: { name: "open", run },
      position: settling.position,
      reached: nowReached,
      known,
    },
    effects: [
      { do: "remove-first", count: settling.sent },
      { do: "give-back", told: settled.untold },
      { do: "set-elsewhere", count: nowReached - settling.position.toEvent },
      { do: "tell-run", run },
    ],
  };
}

interface Settled {
  readonly changes: Partial<Progress>;
  readonly untold: Outgoing["told"];
}

/** What was on its way got there, or is made anew from where the run stands. */
function settleDoubtful(
  { position, reached, stored }: Progress,
  { doubtful }: Asking,
  { settling, before }: { readonly settling: Settling; readonly before: Position | undefined },
): Settled {
  const told: Outgoing["told"] = doubtful?.told ?? new Map();
  const arrived = settling.isSendingStored ? before?.sending : undefined;
  const isOfLastRun = before?.runId === position.runId;
  if (arrived === undefined) return { changes: {}, untold: told };
  const isNew = arrived.isWaiting && arrived.toEvent > reached;
  const count = isNew ? arrived.count - (isOfLastRun ? told.size : 0) : 0;
  return {
    changes: {
      stored: stored + count,
      ...(isOfLastRun && !arrived.isWaiting && { copies: [] }),
    },
    untold: isOfLastRun ? new Map() : told,
  };
}

function afterBatch(
  progress: Progress,
  { run, outgoing }: Sending,
  reply: Appended | Refusal,
): Change {
  const { position, stored } = progress;
  const { batch, toEvent, isWaiting, told } = outgoing;
  const removed: readonly Effect[] = isWaiting ? [{ do: "remove-first", count: 1 }] : [];
  if (reply.status === "appended") {
    const next = { ...run, acknowledged: reply.acknowledged, lastMac: reply.mac };
    const acknowledged = batch.firstSeq + batch.count - 1;
    return {
      progress: {
        ...leaveBehind(progress, outgoing, {
          ...position,
          acknowledged,
          toEvent,
          jumps: addJump(position, { count: batch.count, toEvent }),
        }),
        phase: { name: "open", run: next },
        stored: stored + (isWaiting ? batch.count - told.size : 0),
        disagreements: 0,
      },
      effects: [{ do: "tell-trouble", reason: undefined }, ...removed],
    };
  }
  if (reply.status === "refused") {
    // It would be refused for ever, and all behind it with it: the hole is told.
    const count = toEvent - position.toEvent - sum(told);
    return {
      progress: { ...leaveBehind(progress, outgoing, position), phase: { name: "open", run } },
      effects: [
        { do: "lose", reason: "refused", count },
        { do: "give-back", told },
        ...removed,
        { do: "tell-trouble", reason: reply.reason },
      ],
    };
  }
  return reply.status === "out-of-step"
    ? afterDisagreement(progress, reply, outgoing)
    : afterRefusal(progress, reply);
}

function leaveBehind(progress: Progress, { isWaiting }: Outgoing, position: Position): Progress {
  return {
    ...progress,
    position: { ...position, sending: undefined },
    reached: Math.max(progress.reached, position.toEvent),
    ...(!isWaiting && { copies: [] }),
  };
}

function afterGoodbye(progress: Progress, reply: Finished | Refusal): Change {
  if (reply.status === "finished") {
    return { progress: { ...progress, phase: ended("finished") }, effects: [] };
  }
  if (reply.status === "out-of-step") return afterDisagreement(progress, reply, undefined);
  // One that is not taken now never will be.
  return afterRefusal(progress, reply.status === "refused" ? { ...reply, status: "over" } : reply);
}

function afterDisagreement(
  progress: Progress,
  refusal: Refusal,
  doubtful: Outgoing | undefined,
): Change {
  const disagreements = progress.disagreements + 1;
  const isEndless = disagreements > MAX_DISAGREEMENTS;
  return afterRefusal(
    { ...progress, phase: { name: "asking", isFirst: false, doubtful }, disagreements },
    isEndless ? { ...refusal, status: "unauthorized" } : refusal,
  );
}

function afterRefusal(progress: Progress, { status, reason }: Refusal): Change {
  const told: Effect = { do: "tell-trouble", reason };
  if (status === "over") {
    return { progress: { ...progress, phase: ended("unfinished") }, effects: [told] };
  }
  return {
    progress,
    effects: status === "unauthorized" ? [told, { do: "await-mending" }] : [told],
  };
}

function ended(outcome: "finished" | "unfinished"): Phase {
  return { name: "ended", outcome };
}

function sum(told: Outgoing["told"]): number {
  return [...told.values()].reduce((total, count) => total + count, 0);
}
