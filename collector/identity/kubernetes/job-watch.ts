/** Waits for what a run is: a runner's pod is there before it has a job, for hours maybe. */
import type { RunIdentity } from "../../../protocol/index.ts";
import { DamagedRow } from "../../errors.ts";
import type { EventStore, StoredRun } from "../../stores/event-store.ts";
import { toProvenContext, toRunIdentity } from "../proven-start.ts";
import { type AskingTurns, createAskingTurns } from "./asking-turns.ts";
import type { FollowJob, FoundJob } from "./follow-job.ts";
import { createWatchPlaces, type PodKey, type WatchPlacesOptions } from "./watch-places.ts";

export interface JobWatch extends AsyncDisposable {
  /** False: its pod has as many runs that are waited for as it may have. */
  mayWatch(identity: Pick<RunIdentity, "issuer" | "facts">): boolean;
  /** Again for a run that is waited for already: nothing. */
  watch(runId: string): void;
}

export interface JobWatchOptions extends WatchPlacesOptions {
  readonly store: Pick<EventStore, "findRunOfAny" | "identifyRun">;
  /** Undefined: nobody can be asked about this run. */
  readonly follow: (run: StoredRun) => FollowJob | undefined;
  readonly onTrouble: (issuer: string, error: unknown) => void;
  /** On disk: which job it is. */
  readonly onIdentified: (run: Pick<StoredRun, "tenant" | "id">) => Promise<void>;
  /** Pods that each cluster is asked about at a time. */
  readonly maxAsking: number;
  /** A guard needs one, and one more where it is started again. */
  readonly maxRunsOfPod: number;
  /** Who has sent nothing for so long is not asked about any more. */
  readonly maxSilentMs: number;
  /** Of the first wait; it doubles with each. */
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const NONE_YET: FoundJob = { status: "none-yet" };

/** Some kilobytes. */
interface WatchedPod extends PodKey {
  /** The first of those that are waited for. */
  readonly run: StoredRun;
  readonly issuer: string;
  readonly runIds: Set<string>;
  /** How often its cluster was asked. */
  tries: number;
  readonly leaving: AbortController;
}

export function createJobWatch(options: JobWatchOptions): JobWatch {
  const { store, follow, onTrouble, maxRunsOfPod, maxSilentMs, now } = options;
  const places = createWatchPlaces<WatchedPod>(options);
  // No more than there are clusters: nobody else is followed.
  const turns = new Map<string, AskingTurns>();
  const underway = new Map<WatchedPod, Promise<void>>();
  let isEnding = false;
  const turnsOf = (issuer: string): AskingTurns => {
    const known = turns.get(issuer) ?? createAskingTurns(options.maxAsking);
    turns.set(issuer, known);
    return known;
  };
  /** Undefined: there is none, or its row is damaged, which is told of. */
  const findRun = (runId: string): StoredRun | undefined => {
    try {
      return store.findRunOfAny(runId);
    } catch (error) {
      if (!(error instanceof DamagedRow)) throw error;
      onTrouble(`run ${runId}`, error);
      return undefined;
    }
  };
  const isWaiting = (runId: string): boolean => {
    const run = findRun(runId);
    if (run === undefined || run.identity?.state !== "waiting" || run.state === "over")
      return false;
    return now() - run.lastSeenAt < maxSilentMs;
  };
  /** A pod has one job, whatever number of runs it begins: it is asked about once for all of them. */
  const watchPod = async (pod: WatchedPod): Promise<void> => {
    const { origin, issuer } = pod;
    const { signal } = pod.leaving;
    const find = follow(pod.run);
    if (find === undefined) return;
    while (!signal.aborted) {
      const wait = Math.min(options.firstWaitMs * 2 ** Math.min(pod.tries, 30), options.maxWaitMs);
      // Collectors' runs do not ask all at once.
      await sleep(wait * (0.5 + Math.random() / 2), signal);
      const asker = { origin, isFirst: pod.tries === 0, signal };
      if (await turnsOf(issuer).take(asker, () => settle(pod, find))) return;
    }
  };
  /** True: there is no more to be known. */
  const settle = async (pod: WatchedPod, find: FollowJob): Promise<boolean> => {
    const { issuer, runIds } = pod;
    pod.tries += 1;
    try {
      const ended = [...runIds].filter((runId) => !isWaiting(runId));
      const found = await find().catch((error: unknown) => {
        onTrouble(issuer, error);
        return NONE_YET;
      });
      if (found.status === "none-yet") {
        for (const runId of ended) runIds.delete(runId);
        return runIds.size === 0;
      }
      // One that begins meanwhile is told of, too.
      for (const runId of runIds) {
        const run = findRun(runId);
        if (run !== undefined) {
          await store.identifyRun(toIdentified(run, found));
          await options.onIdentified(run);
        }
        runIds.delete(runId);
      }
      return true;
    } catch (error) {
      onTrouble(issuer, error);
      return false;
    }
  };
  const place = (pod: WatchedPod): void => {
    places.take(pod)?.leaving.abort();
    const done = watchPod(pod)
      .catch((error: unknown) => onTrouble(pod.issuer, error))
      .finally(() => {
        underway.delete(pod);
        const next = places.leave(pod);
        if (next !== undefined && !isEnding) place({ ...next, leaving: new AbortController() });
      });
    underway.set(pod, done);
  };
  return {
    mayWatch: (identity) => (places.find(toPodKey(identity))?.runIds.size ?? 0) < maxRunsOfPod,
    watch(runId) {
      const run = findRun(runId);
      if (isEnding || run === undefined || run.identity === null) return;
      const key = toPodKey(run.identity);
      const known = places.find(key);
      if (known === undefined) {
        const { issuer } = run.identity;
        const runIds = new Set([runId]);
        place({ ...key, run, issuer, runIds, tries: 0, leaving: new AbortController() });
      } else if (known.runIds.size < maxRunsOfPod) known.runIds.add(runId);
    },
    async [Symbol.asyncDispose]() {
      isEnding = true;
      for (const { leaving } of underway.keys()) leaving.abort();
      await Promise.all(underway.values());
    },
  };
}

function toPodKey({ issuer, facts }: Pick<RunIdentity, "issuer" | "facts">): PodKey {
  return {
    uid: JSON.stringify([issuer, facts["podUid"]]),
    origin: JSON.stringify([issuer, facts["namespace"]]),
  };
}

function toIdentified(run: StoredRun, found: Exclude<FoundJob, { status: "none-yet" }>) {
  const { id: runId, identity } = run;
  if (identity === null) throw new Error(`run ${runId} has no identity`);
  const { said, kind, issuer } = identity;
  const isFound = found.status === "found";
  const ci = isFound ? found.ci : null;
  const facts = { ...identity.facts, ...(isFound ? found.facts : { job: found.reason }) };
  const known = toRunIdentity({ identity: { kind, issuer, state: "known", facts }, ci }, said);
  return { runId, ci: toProvenContext(ci, said), identity: known };
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => resolve();
  const timer = setTimeout(end, milliseconds);
  signal.addEventListener("abort", end, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  });
}
