/** Processes that are worth a look at what they compute: whether they keep a processor at work. */
import type { Microseconds } from "../../observation.ts";
import type { Actor } from "./actor.ts";
import type { LiveProcesses } from "./live-processes.ts";

export interface BusyProcess {
  readonly actor: Actor;
  /** Where it connected to; undefined of one that its step left behind. */
  readonly where: string | undefined;
}

export interface BusyProcesses {
  /** From now on. */
  watch(process: BusyProcess): void;
  /** To be called before rules review: each process is ripe in one review. */
  noteReview(at: Microseconds): void;
  /** Those that were busy for as long as it takes. */
  readonly ripe: readonly BusyProcess[];
}

export interface BusyProcessesOptions {
  readonly live: Pick<LiveProcesses, "processorMs">;
  readonly windowUs: Microseconds;
  /** Each is looked at once a second. */
  readonly maxProcesses: number;
}

/** Of one processor: a job that builds meanwhile leaves no more. */
const BUSY_SHARE = 0.5;

interface Watched extends BusyProcess {
  since: { readonly at: Microseconds; readonly processorMs: number } | undefined;
}

export function createBusyProcesses({
  live,
  windowUs,
  maxProcesses,
}: BusyProcessesOptions): BusyProcesses {
  const watched = new Map<Actor, Watched>();
  let ripe: readonly BusyProcess[] = [];

  const isBusy = (one: Watched, at: Microseconds, processorMs: number): boolean => {
    one.since ??= { at, processorMs };
    const elapsedUs = at - one.since.at;
    if (elapsedUs < windowUs) return false;
    const usedUs = (processorMs - one.since.processorMs) * 1_000;
    one.since = { at, processorMs };
    return usedUs >= elapsedUs * BUSY_SHARE;
  };
  return {
    watch(process) {
      if (watched.has(process.actor) || watched.size >= maxProcesses) return;
      watched.set(process.actor, { ...process, since: undefined });
    },
    noteReview(at) {
      const found: BusyProcess[] = [];
      for (const [actor, one] of watched) {
        const processorMs = actor.endedAt === undefined ? live.processorMs(actor.ref) : undefined;
        const busy = processorMs !== undefined && isBusy(one, at, processorMs);
        if (busy) found.push(one);
        if (busy || processorMs === undefined) watched.delete(actor);
      }
      ripe = found;
    },
    get ripe() {
      return ripe;
    },
  };
}
