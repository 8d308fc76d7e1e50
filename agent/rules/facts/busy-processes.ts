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
  /** Some 200 bytes each; beyond that one that was idle makes room. */
  readonly maxProcesses: number;
  /** More take turns, and are judged by what they used since their last one. */
  readonly looksAReview: number;
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
  looksAReview,
}: BusyProcessesOptions): BusyProcesses {
  /** Whoever was looked at last comes last. */
  const watched = new Map<Actor, Watched>();
  /** Those that did little until the last review. */
  let idle: Actor[] = [];
  let ripe: readonly BusyProcess[] = [];

  /** Whether it kept a processor at work since the last look that was as long ago; undefined: that is yet to be seen. */
  const isBusy = (one: Watched, at: Microseconds, processorMs: number): boolean | undefined => {
    one.since ??= { at, processorMs };
    const elapsedUs = at - one.since.at;
    if (elapsedUs < windowUs) return undefined;
    const usedUs = (processorMs - one.since.processorMs) * 1_000;
    one.since = { at, processorMs };
    return usedUs >= elapsedUs * BUSY_SHARE;
  };
  const makeRoom = (): void => {
    const actor = idle.pop();
    if (actor !== undefined) watched.delete(actor);
  };
  return {
    watch(process) {
      if (watched.has(process.actor)) return;
      if (watched.size >= maxProcesses) makeRoom();
      if (watched.size >= maxProcesses) return;
      watched.set(process.actor, { ...process, since: undefined });
    },
    noteReview(at) {
      const found: BusyProcess[] = [];
      idle = [];
      for (const [actor, one] of [...watched].slice(0, looksAReview)) {
        watched.delete(actor);
        const processorMs = actor.endedAt === undefined ? live.processorMs(actor.ref) : undefined;
        if (processorMs === undefined) continue;
        const busy = isBusy(one, at, processorMs);
        if (busy === true) {
          found.push(one);
          continue;
        }
        watched.set(actor, one);
        if (busy === false) idle.push(actor);
      }
      ripe = found;
    },
    get ripe() {
      return ripe;
    },
  };
}
