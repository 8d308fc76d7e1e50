/**
 * Listens for what operators ask of this run, and has it obeyed. Whatever is between the agent and the collector: a command is obeyed
 * once, in its turn, if the collector signed it, and a connection that lies, floods or falls silent is left for another one.
 */
import {
  type CommandAnswer,
  COMMAND_LIMITS,
  MAC_HEADER,
  type PolicyBody,
} from "../../../protocol/index.ts";
import { createBackoff, waitFor } from "../waits.ts";
import type { CommandChannel } from "./command-channel.ts";
import type { CommandJournal } from "./command-journal.ts";
import { type CommandRun, createCommandProof } from "./command-proof.ts";
import {
  type ConnectionEnd,
  drain,
  type ListenCounts,
  type Listening,
  type ListenTimes,
} from "./listening.ts";
import { type CommandHandlers, createObedience, type Obeyed } from "./obedience.ts";
import { listenByPoll } from "./poll-connection.ts";
import type { EventBounds } from "./read-events.ts";
import { listenByStream } from "./stream-connection.ts";

export type { ListenTimes } from "./listening.ts";

export interface CommandListenerOptions {
  readonly run: CommandRun;
  /** Addresses of the collector: when one fails the next is tried. */
  readonly channels: readonly CommandChannel[];
  readonly handlers: CommandHandlers;
  readonly journal: CommandJournal;
  /** Somebody between agent and collector sent what is not the collector's. In words, from a short list. */
  readonly onForeign: (reason: string) => void;
  /** Somebody there keeps commands back. */
  readonly onWithheld: () => void;
  readonly times?: Partial<ListenTimes>;
  readonly bounds?: EventBounds;
}

/** Disposing lets what is being obeyed be told, no longer than `graceMs`. */
export interface CommandListener extends AsyncDisposable {
  readonly counts: Readonly<ListenCounts>;
  /** What the collector told with the run. Does not reject. */
  tighten(order: PolicyBody): Promise<Obeyed>;
}

const TIMES: ListenTimes = {
  firstMessageMs: 10_000,
  steadyMs: 10_000,
  silenceMs: 3 * COMMAND_LIMITS.pingMs,
  firstWaitMs: 500,
  maxWaitMs: 30_000,
  pollMs: 25_000,
  pollPauseMs: 1_000,
  answerTimeoutMs: 10_000,
};
/** Questions until a stream is tried again: a proxy may have been mended. */
const POLLS_OF_ONE_TRY = 60;
/** Eight commands of the greatest size at once, or 1,500 pings; an honest stream has a message in 15 s. */
const BOUNDS: EventBounds = {
  maxBytes: 2 * COMMAND_LIMITS.maxMessageBytes,
  burstBytes: 8 * COMMAND_LIMITS.maxMessageBytes,
  bytesPerSecond: 65_536,
};
const GRACE_MS = 1_000;

/** Nobody waits for it, neither now nor at the end. */
export function startCommandListener(options: CommandListenerOptions): CommandListener {
  const times = { ...TIMES, ...options.times };
  const { channels, handlers, journal, bounds = BOUNDS } = options;
  const proof = createCommandProof(options.run);
  const counts: ListenCounts = {
    connections: 0,
    polls: 0,
    obeyedOrRefused: 0,
    repeated: 0,
    gaps: 0,
    gapsInARow: 0,
    foreign: 0,
    garbled: 0,
    flooded: 0,
    silent: 0,
  };
  const ending = new AbortController();
  let current = 0;
  let leaving = new AbortController();
  const tell = async (number: number, answer: CommandAnswer): Promise<boolean> => {
    const body = Buffer.from(JSON.stringify(answer));
    const request = {
      method: "POST",
      path: `v1/runs/${options.run.runId}/commands/${number}`,
      headers: {
        "content-type": "application/json",
        [MAC_HEADER]: proof.signAnswer(number, body),
      },
      body,
    } as const;
    try {
      const deadline = AbortSignal.timeout(times.answerTimeoutMs);
      const channel = channels[current % channels.length];
      const reply = await channel?.send(request, AbortSignal.any([deadline, ending.signal]));
      if (reply === undefined) return false;
      await drain(reply);
      return reply.code < 500 && reply.code !== 401 && reply.code !== 429;
    } catch {
      return false;
    }
  };
  const obedience = createObedience({
    runId: options.run.runId,
    handlers,
    journal,
    tell,
    onUnheard: () => leaving.abort(),
  });

  const listen = async (): Promise<void> => {
    const backoff = createBackoff(times.firstWaitMs, times.maxWaitMs, Math.random);
    let polls = 0;
    while (!ending.signal.aborted) {
      const channel = channels[current % channels.length];
      if (channel === undefined) return;
      leaving = new AbortController();
      const listening: Listening = {
        runId: options.run.runId,
        onForeign: options.onForeign,
        onWithheld: options.onWithheld,
        times,
        bounds,
        proof,
        obedience,
        counts,
        leaving: AbortSignal.any([leaving.signal, ending.signal]),
      };
      const begunAt = performance.now();
      const end =
        polls > 0
          ? await listenByPoll(channel, listening)
          : await listenByStream(channel, listening);
      polls = toPollsLeft(end, polls);
      if (end.status === "away") current += 1;
      // What ends as soon as it has begun is left alone for longer and longer, however good it was.
      if (end.status === "good" && performance.now() - begunAt > times.steadyMs) backoff.reset();
      const waitMs = polls > 0 && end.status === "good" ? times.pollPauseMs : undefined;
      await waitFor(waitMs ?? backoff.next(end.retryAfterMs), ending.signal);
    }
  };
  // Whatever it is: a listener that fails leaves the guard as it is.
  const listened = listen().catch(() => undefined);

  return {
    counts,
    tighten: (order) => obedience.tighten(order),
    async [Symbol.asyncDispose]() {
      leaving.abort();
      await Promise.race([obedience.settle(), waitFor(GRACE_MS, ending.signal)]);
      ending.abort();
      await listened;
    },
  };
}

/** Where a stream is held back it is asked instead, so often; then a stream is tried again. */
function toPollsLeft({ status }: ConnectionEnd, polls: number): number {
  if (status === "held-back") return POLLS_OF_ONE_TRY;
  return Math.max(0, polls - 1);
}
