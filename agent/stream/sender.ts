/** Sends what waits, one batch after the other, each until it is acknowledged: the run is a chain. */
import type { StartRunRequest } from "../../protocol/index.ts";
import { toErrorText } from "../errors.ts";
import type { CollectorSession, Refusal, StartedRun } from "./collector-session.ts";
import type { Losses } from "./losses.ts";
import { type Outgoing, takeFirst, toBatch } from "./sendable.ts";
import { type Settling, settlePosition } from "./settle-position.ts";
import type { Position } from "./spool/batch-store.ts";
import type { Spool } from "./spool/spool.ts";

export interface SenderOptions {
  readonly session: CollectorSession;
  readonly spool: Spool;
  readonly losses: Losses;
  readonly request: StartRunRequest;
  /** Of a guard before this one that had the same claim. */
  readonly position: Position | undefined;
  /** False: nobody knows how the run ended, and it is not said to be over. */
  readonly saysGoodbye: boolean;
  /** Each time that the collector was asked for the run. */
  readonly onRun: (run: StartedRun) => void;
  /** What keeps events from being taken, for people; undefined: nothing any more. */
  readonly onTrouble: (reason: string | undefined) => void;
}

export interface Sender {
  readonly position: Position;
  /** Events that are on the collector's disk. */
  readonly stored: number;
  /** Something waits. */
  wake(): void;
  /** Before all that waits, once: copies that tell the most in the least time. */
  sendFirst(tails: readonly string[]): void;
  /** Sends all that waits and says goodbye; before that where the signal is aborted. */
  finish(signal: AbortSignal): Promise<"finished" | "unfinished">;
  /** Stops where it is. */
  stop(): Promise<void>;
}

/** Somebody has to mend something first. */
const REFUSED_PAUSE_MS = 15_000;
/** Without one batch that was taken in between. */
const MAX_SETTLING = 5;
const NOWHERE: Position = { runId: "", acknowledged: 0, toEvent: 0, sending: undefined };

export function createSender(options: SenderOptions): Sender {
  const { session, spool, losses, request, onRun, onTrouble } = options;
  const stopping = new AbortController();
  let position = options.position ?? NOWHERE;
  let run: StartedRun | undefined;
  let outgoing: Outgoing | undefined;
  let extra: readonly string[] = [];
  let stored = 0;
  let isFinishing = false;
  let settled = 0;
  let hasSpoken = false;
  /** The last event that any collector has, or was told of as lost. */
  let reached = position.toEvent;
  const finishing = Promise.withResolvers<void>();
  let waking = Promise.withResolvers<void>();
  const stop = (): void => stopping.abort();
  const known = new Map<string, Position>();
  // Whatever fails here, the job's guard goes on.
  const finished = sendAll().catch((error: unknown) => {
    onTrouble(toErrorText(error));
    return "unfinished" as const;
  });

  return {
    get position() {
      return position;
    },
    get stored() {
      return stored;
    },
    wake: () => waking.resolve(),
    sendFirst(tails) {
      extra = tails;
    },
    async finish(signal) {
      isFinishing = true;
      finishing.resolve();
      waking.resolve();
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop, { once: true });
      try {
        return await finished;
      } finally {
        signal.removeEventListener("abort", stop);
      }
    },
    async stop() {
      stopping.abort();
      finishing.resolve();
      waking.resolve();
      await finished;
    },
  };

  async function sendAll(): Promise<"finished" | "unfinished"> {
    while (!stopping.signal.aborted) {
      if (spool.store.length === 0 && outgoing === undefined && !isFinishing) {
        await waking.promise;
        waking = Promise.withResolvers();
        continue;
      }
      const refusal = await takeStep();
      if (refusal === "finished") return refusal;
      if (refusal === undefined) continue;
      onTrouble(refusal.reason);
      if (refusal.status === "over") return "unfinished";
      if (refusal.status === "unauthorized" && !(await mayGoOn())) return "unfinished";
    }
    return "unfinished";
  }

  /** One request. Undefined: it went well. */
  async function takeStep(): Promise<Refusal | "finished" | undefined> {
    if (run === undefined) return start();
    outgoing ??= toOutgoing(run);
    if (outgoing !== undefined) return append(run, outgoing);
    if (!isFinishing) return undefined;
    if (!options.saysGoodbye) return "finished";
    const answer = await session.finish(run, position.acknowledged, stopping.signal);
    if (answer.status === "finished") return "finished";
    // A goodbye that is not taken now never will be.
    if (answer.status === "refused") return { ...answer, status: "over" };
    if (answer.status !== "out-of-step") return answer;
    run = undefined;
    return limitSettling(answer);
  }

  async function start(): Promise<Refusal | undefined> {
    const answer = await session.start(request, stopping.signal);
    if (answer.status !== "started") {
      // Whatever it is that the collector does not take, it will not take it in the next moment either.
      return answer.status === "unreachable" ? answer : { ...answer, status: "unauthorized" };
    }
    if (position.runId !== "") known.set(position.runId, position);
    const before = known.get(answer.run.runId);
    const settling = settlePosition(answer.run, {
      store: spool.store,
      before,
      lastRunId: position.runId,
      reached,
      isFirst: !hasSpoken,
    });
    if (settling === "conflict") {
      return { status: "over", reason: "somebody else has written to this run" };
    }
    letGoOfOutgoing(settling, before);
    position = settling.position;
    reached = Math.max(reached, position.toEvent);
    losses.setElsewhere(reached - position.toEvent);
    hasSpoken = true;
    run = answer.run;
    onRun(run);
    return undefined;
  }

  /** It is made anew from where the run stands. */
  function letGoOfOutgoing({ isSendingStored }: Settling, before: Position | undefined): void {
    const sending = isSendingStored ? before?.sending : undefined;
    const isOfThisRun = before?.runId === position.runId;
    if (sending?.isWaiting === true && sending.toEvent > reached) {
      stored += sending.count - (isOfThisRun ? (outgoing?.told.size ?? 0) : 0);
    }
    if (sending === undefined || !isOfThisRun) losses.giveBack(outgoing?.told ?? new Map());
    else if (!sending.isWaiting) extra = [];
    outgoing = undefined;
    spool.isFirstSending = false;
  }

  function toOutgoing({ runId }: StartedRun): Outgoing | undefined {
    const next = takeExtra() ?? takeFirst(spool.store, position, losses);
    if (next === undefined) return undefined;
    const { batch, toEvent, isWaiting } = next;
    spool.isFirstSending = isWaiting;
    position = { ...position, runId, sending: { count: batch.count, toEvent, isWaiting } };
    spool.store.note(position);
    return next;
  }

  function takeExtra(): Outgoing | undefined {
    if (extra.length === 0) return undefined;
    const batch = toBatch(extra, position.acknowledged + 1);
    return { batch, toEvent: position.toEvent, isWaiting: false, told: new Map() };
  }

  async function append(
    to: StartedRun,
    { batch, toEvent, isWaiting, told }: Outgoing,
  ): Promise<Refusal | undefined> {
    const answer = await session.append(to, batch, stopping.signal);
    if (answer.status === "appended") {
      run = { ...to, acknowledged: answer.acknowledged, lastMac: answer.mac };
      onTrouble(undefined);
      moveOn({ ...position, acknowledged: batch.firstSeq + batch.count - 1, toEvent });
      stored += isWaiting ? batch.count - told.size : 0;
      settled = 0;
      return undefined;
    }
    if (answer.status === "refused") {
      // It would be refused for ever, and all behind it with it: the hole is told.
      losses.add("refused", toEvent - position.toEvent - sum(told));
      losses.giveBack(told);
      moveOn(position);
    }
    if (answer.status !== "out-of-step") return answer;
    run = undefined;
    return limitSettling(answer);
  }

  function moveOn(to: Position): void {
    position = { ...to, sending: undefined };
    reached = Math.max(reached, to.toEvent);
    if (outgoing?.isWaiting === true) spool.store.remove(0, "sent");
    else extra = [];
    spool.isFirstSending = false;
    outgoing = undefined;
    spool.store.note(position);
  }

  /** A collector and a guard that cannot agree are no reason to ask each other without end. */
  function limitSettling(refusal: Refusal): Refusal {
    settled += 1;
    return settled > MAX_SETTLING ? { ...refusal, status: "unauthorized" } : refusal;
  }

  /** False when there is no time left to wait for somebody who mends it. */
  async function mayGoOn(): Promise<boolean> {
    if (isFinishing) return false;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, REFUSED_PAUSE_MS).unref();
    await Promise.race([promise, finishing.promise]);
    clearTimeout(timer);
    return true;
  }
}

function sum(told: Outgoing["told"]): number {
  return [...told.values()].reduce((total, count) => total + count, 0);
}
