/** Waits for what a run is: a runner's pod is there before it has a job, for hours maybe. */
import type { EventStore, StoredRun } from "../../stores/event-store.ts";
import { toProvenContext, toRunIdentity } from "../proven-start.ts";
import type { FollowJob, FoundJob } from "./follow-job.ts";

export interface JobWatch extends AsyncDisposable {
  /** Again for a run that is waited for already: nothing. */
  watch(runId: string): void;
}

export interface JobWatchOptions {
  readonly store: Pick<EventStore, "findRunOfAny" | "identifyRun">;
  /** Undefined: nobody can be asked about this run. */
  readonly follow: (run: StoredRun) => FollowJob | undefined;
  readonly onTrouble: (issuer: string, error: unknown) => void;
  /** Some kilobytes each; those beyond it stay unknown until the collector is started again. */
  readonly maxRuns: number;
  /** Of the first wait; it doubles with each. */
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
}

export function createJobWatch(options: JobWatchOptions): JobWatch {
  const { store, follow, maxRuns } = options;
  const watched = new Map<string, Promise<void>>();
  const ending = new AbortController();
  const watch = async (runId: string): Promise<void> => {
    const run = store.findRunOfAny(runId);
    const find = run && follow(run);
    if (run === undefined || find === undefined) return;
    for (let tries = 0; !ending.signal.aborted; tries += 1) {
      const wait = Math.min(options.firstWaitMs * 2 ** Math.min(tries, 30), options.maxWaitMs);
      // Collectors' runs do not ask all at once.
      await sleep(wait * (0.5 + Math.random() / 2), ending.signal);
      if (ending.signal.aborted) return;
      const isOver = store.findRunOfAny(runId)?.state === "over";
      if ((await settle(run, find)) || isOver) return;
    }
  };
  /** True: there is no more to be known. */
  const settle = async (run: StoredRun, find: FollowJob): Promise<boolean> => {
    try {
      const found = await find();
      if (found.status === "none-yet") return false;
      await store.identifyRun(toIdentified(run, found));
      return true;
    } catch (error) {
      options.onTrouble(run.identity?.issuer ?? "", error);
      return false;
    }
  };
  return {
    watch(runId) {
      if (ending.signal.aborted || watched.has(runId) || watched.size >= maxRuns) return;
      const done = watch(runId)
        .catch((error: unknown) => options.onTrouble("", error))
        .finally(() => watched.delete(runId));
      watched.set(runId, done);
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await Promise.all(watched.values());
    },
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
