/** Waits for what a run is: a runner's pod is there before it has a job, for hours maybe. */
import type { RunIdentity } from "../../../protocol/index.ts";
import type { EventStore, StoredRun } from "../../stores/event-store.ts";
import { toProvenContext, toRunIdentity } from "../proven-start.ts";
import { createAskingTurns } from "./asking-turns.ts";
import type { FollowJob, FoundJob } from "./follow-job.ts";

export interface JobWatch extends AsyncDisposable {
  /** False: its pod has as many runs that are waited for as it may have. */
  mayWatch(identity: Pick<RunIdentity, "issuer" | "facts">): boolean;
  /** Again for a run that is waited for already: nothing. */
  watch(runId: string): void;
}

export interface JobWatchOptions {
  readonly store: Pick<EventStore, "findRunOfAny" | "identifyRun">;
  /** Undefined: nobody can be asked about this run. */
  readonly follow: (run: StoredRun) => FollowJob | undefined;
  readonly onTrouble: (issuer: string, error: unknown) => void;
  /** On disk: which job it is. */
  readonly onIdentified: (run: Pick<StoredRun, "tenant" | "id">) => Promise<void>;
  /** Some kilobytes each. One beyond takes the place of the one that has waited longest where most are from; as many wait for a place again. */
  readonly maxPods: number;
  /** Requests to clusters that are under way. */
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

interface WatchedPod {
  readonly runIds: Set<string>;
  /** Who makes pods there could have made all of them. */
  readonly origin: string;
  readonly leaving: AbortController;
}

export function createJobWatch(options: JobWatchOptions): JobWatch {
  const { store, follow, maxPods, maxRunsOfPod, maxSilentMs, now } = options;
  // The one that has been watched longest comes first.
  const watched = new Map<string, WatchedPod>();
  const displaced: string[] = [];
  const turns = createAskingTurns(options.maxAsking);
  const underway = new Set<Promise<void>>();
  let isEnding = false;
  const isWaiting = (runId: string): boolean => {
    const run = store.findRunOfAny(runId);
    if (run === undefined || run.identity?.state !== "waiting" || run.state === "over")
      return false;
    return now() - run.lastSeenAt < maxSilentMs;
  };
  /** A pod has one job, whatever number of runs it begins: it is asked about once for all of them. */
  const watchPod = async (run: StoredRun, { runIds, leaving }: WatchedPod): Promise<void> => {
    const { signal } = leaving;
    const find = follow(run);
    if (find === undefined) return;
    for (let tries = 0; !signal.aborted; tries += 1) {
      const wait = Math.min(options.firstWaitMs * 2 ** Math.min(tries, 30), options.maxWaitMs);
      // Collectors' runs do not ask all at once.
      await sleep(wait * (0.5 + Math.random() / 2), signal);
      const ended = [...runIds].filter((runId) => !isWaiting(runId));
      const isSettled = await turns.take(
        tries === 0,
        async () => signal.aborted || (await settle(run, find, runIds)),
      );
      if (isSettled) return;
      for (const runId of ended) runIds.delete(runId);
      if (runIds.size === 0) return;
    }
  };
  /** True: there is no more to be known. */
  const settle = async (
    { identity }: StoredRun,
    find: FollowJob,
    runIds: Set<string>,
  ): Promise<boolean> => {
    try {
      const found = await find();
      if (found.status === "none-yet") return false;
      // One that begins meanwhile is told of, too.
      for (const runId of runIds) {
        const run = store.findRunOfAny(runId);
        if (run !== undefined) {
          await store.identifyRun(toIdentified(run, found));
          await options.onIdentified(run);
        }
        runIds.delete(runId);
      }
      return true;
    } catch (error) {
      options.onTrouble(identity?.issuer ?? "", error);
      return false;
    }
  };
  const add = (run: StoredRun, identity: RunIdentity): void => {
    const pod = toPod(identity);
    const one = {
      runIds: new Set([run.id]),
      origin: toOrigin(identity),
      leaving: new AbortController(),
    };
    watched.set(pod, one);
    const done = watchPod(run, one)
      .catch((error: unknown) => options.onTrouble("", error))
      .finally(() => {
        underway.delete(done);
        if (watched.get(pod) === one) watched.delete(pod);
        if (watched.size < maxPods) watchDisplaced();
      });
    underway.add(done);
  };
  const makeRoom = (): void => {
    const pod = findLongestOfMost(watched);
    if (pod === undefined) return;
    const { runIds, leaving } = watched.get(pod) ?? {};
    displaced.push(...(runIds ?? []));
    displaced.splice(0, displaced.length - maxPods);
    watched.delete(pod);
    leaving?.abort();
  };
  const watch = (runId: string): void => {
    const run = store.findRunOfAny(runId);
    if (isEnding || run === undefined || run.identity === null) return;
    const known = watched.get(toPod(run.identity));
    if (known === undefined) {
      if (watched.size >= maxPods) makeRoom();
      add(run, run.identity);
    } else if (known.runIds.size < maxRunsOfPod) known.runIds.add(runId);
  };
  const watchDisplaced = (): void => {
    let runId = displaced.shift();
    while (runId !== undefined && !isWaiting(runId)) runId = displaced.shift();
    if (runId !== undefined) watch(runId);
  };
  return {
    mayWatch: (identity) => (watched.get(toPod(identity))?.runIds.size ?? 0) < maxRunsOfPod,
    watch,
    async [Symbol.asyncDispose]() {
      isEnding = true;
      for (const { leaving } of watched.values()) leaving.abort();
      await Promise.all(underway);
    },
  };
}

function findLongestOfMost(watched: ReadonlyMap<string, WatchedPod>): string | undefined {
  const counts = new Map<string, number>();
  for (const { origin } of watched.values()) counts.set(origin, (counts.get(origin) ?? 0) + 1);
  const most = Math.max(...counts.values());
  for (const [pod, { origin }] of watched) if (counts.get(origin) === most) return pod;
  return undefined;
}

function toOrigin({ issuer, facts }: RunIdentity): string {
  return JSON.stringify([issuer, facts["namespace"]]);
}

function toPod({ issuer, facts }: Pick<RunIdentity, "issuer" | "facts">): string {
  return JSON.stringify([issuer, facts["podUid"]]);
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
