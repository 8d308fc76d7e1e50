/** Sends what waits, one batch after the other, each until it is acknowledged: the run is a chain. */
import type { StartRunRequest } from "../../protocol/index.ts";
import { toErrorText } from "../errors.ts";
import { advance, type Answer, type Effect } from "./advance.ts";
import type { CollectorSession, StartedRun } from "./collector-session.ts";
import type { Losses } from "./losses.ts";
import { type Progress, toFirstProgress, toOnItsWay, toSending } from "./progress.ts";
import { type Outgoing, takeFirst, toBatch } from "./sendable.ts";
import type { Position } from "./spool/batch-store.ts";
import type { Spool } from "./spool/spool.ts";
import { waitFor } from "./waits.ts";

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
  /** Sends all that waits and says goodbye; before that where the signal is aborted. `refused`: time would not have helped. */
  finish(signal: AbortSignal): Promise<Ending>;
  /** Stops where it is. */
  stop(): Promise<void>;
}

export type Ending = "finished" | "unfinished" | "refused";

/** Somebody has to mend something first. */
const REFUSED_PAUSE_MS = 15_000;

export function createSender(options: SenderOptions): Sender {
  const { session, spool, losses, request, onRun, onTrouble } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const finishing = new AbortController();
  let waking = Promise.withResolvers<void>();
  let progress = toFirstProgress(options.position);
  let isRefused = false;
  let trouble: string | undefined;
  // Whatever fails here, the job's guard goes on.
  const ended = sendAll().catch((error: unknown) => {
    onTrouble(toErrorText(error));
    return "unfinished" as const;
  });
  const stop = (): void => stopping.abort();

  return {
    get position() {
      return progress.position;
    },
    get stored() {
      return progress.stored;
    },
    wake: () => waking.resolve(),
    sendFirst(copies) {
      progress = { ...progress, copies };
    },
    async finish(deadline) {
      finishing.abort();
      waking.resolve();
      if (deadline.aborted) stop();
      deadline.addEventListener("abort", stop, { once: true });
      try {
        return await ended;
      } finally {
        deadline.removeEventListener("abort", stop);
      }
    },
    async stop() {
      stop();
      finishing.abort();
      waking.resolve();
      await ended;
    },
  };

  async function sendAll(): Promise<Ending> {
    while (!signal.aborted) {
      const answer = await takeStep();
      const effects = answer === undefined ? [] : settle(answer);
      if (progress.phase.name === "ended") return progress.phase.outcome;
      if (!effects.some((effect) => effect.do === "await-mending")) continue;
      isRefused = true;
      // No time is left to wait for somebody who mends it.
      if (finishing.signal.aborted) break;
      await waitFor(REFUSED_PAUSE_MS, finishing.signal);
    }
    return isRefused ? "refused" : "unfinished";
  }

  /** One request; undefined: there was nothing to ask. */
  async function takeStep(): Promise<Answer | undefined> {
    const { phase } = progress;
    if (phase.name === "ended") return undefined;
    const hasWork = spool.store.length > 0 || toOnItsWay(progress) !== undefined;
    if (!hasWork && !finishing.signal.aborted) {
      await waking.promise;
      waking = Promise.withResolvers();
      return undefined;
    }
    if (phase.name === "asking") {
      const reply = await session.start(request, signal);
      return { to: "start", reply, waiting: spool.store };
    }
    const outgoing = phase.name === "sending" ? phase.outgoing : begin(phase.run);
    if (outgoing !== undefined) {
      return { to: "batch", reply: await session.append(phase.run, outgoing.batch, signal) };
    }
    return finishing.signal.aborted ? sayGoodbye(phase.run) : undefined;
  }

  function begin(run: StartedRun): Outgoing | undefined {
    const outgoing = takeCopies(progress) ?? takeFirst(spool.store, progress.position, losses);
    if (outgoing === undefined) return undefined;
    progress = toSending(progress, run, outgoing);
    spool.isFirstSending = outgoing.isWaiting;
    spool.store.note(progress.position);
    return outgoing;
  }

  async function sayGoodbye(run: StartedRun): Promise<Answer> {
    if (!options.saysGoodbye) return { to: "goodbye", reply: { status: "finished" } };
    const { acknowledged } = progress.position;
    return { to: "goodbye", reply: await session.finish(run, acknowledged, signal) };
  }

  function settle(answer: Answer): readonly Effect[] {
    const { position } = progress;
    const change = advance(progress, answer);
    progress = change.progress;
    spool.isFirstSending = toOnItsWay(progress)?.isWaiting === true;
    if (progress.phase.name === "open") isRefused = false;
    for (const effect of change.effects) carryOut(effect);
    if (answer.to === "batch" && progress.position !== position)
      spool.store.note(progress.position);
    return change.effects;
  }

  function carryOut(effect: Effect): void {
    switch (effect.do) {
      case "remove-first":
        for (let count = 0; count < effect.count; count += 1) spool.store.remove(0, "sent");
        return;
      case "lose":
        return losses.add(effect.reason, effect.count);
      case "give-back":
        return losses.giveBack(effect.told);
      case "set-elsewhere":
        return losses.setElsewhere(effect.count);
      case "tell-run":
        return onRun(effect.run);
      case "tell-trouble":
        // That the time is over says less than what was wrong before.
        if (signal.aborted) trouble ??= effect.reason;
        else trouble = effect.reason;
        return onTrouble(trouble);
      case "await-mending":
    }
  }
}

function takeCopies({ copies, position }: Progress): Outgoing | undefined {
  if (copies.length === 0) return undefined;
  const batch = toBatch(copies, position.acknowledged + 1);
  return { batch, toEvent: position.toEvent, isWaiting: false, told: new Map() };
}
