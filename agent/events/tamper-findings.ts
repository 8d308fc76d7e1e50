/**
 * Findings that somebody laid hands on the guard, or on what leads packets to it. They wait until the sensors have been
 * read: whoever did it has often ended before it was seen to start.
 */
import type { TamperObservation } from "../observation.ts";
import type { AssemblerOptions } from "./assembler-options.ts";
import type { Flag } from "./flagging.ts";

export interface TamperFindings {
  add(observation: TamperObservation): void;
  /** `all`: nothing more will be heard of a process. */
  settle(which: "old" | "all"): void;
}

export interface TamperBounds {
  /** Different things, of the job's alone; the guard itself sets the pace of the others. */
  readonly maxWaiting: number;
  readonly maxPidsOfOne: number;
}

interface Waiting {
  readonly observation: TamperObservation;
  /** How often each process did it. */
  readonly counts: Map<number | undefined, number>;
  /** Sensors may not have been read to the end when time came for the first time. */
  hasWaited: boolean;
}

interface Parts extends Pick<AssemblerOptions, "processes"> {
  readonly flag: Flag;
}

const REST = "the job changed nftables or the network in further ways";

export function createTamperFindings(parts: Parts, bounds: TamperBounds): TamperFindings {
  const waiting = new Map<string, Waiting>();
  const tell = ({ observation }: Waiting, { process, pid, count }: Culprit): void => {
    const { at, message, evidence, isOfJobAlone } = observation;
    parts.flag({
      rule: "guard-tamper",
      at,
      process: process === null || pid === undefined ? null : { id: process, pid },
      message,
      subject: message,
      evidence: { ...evidence, ...(pid !== undefined && { pid }) },
      ...(isOfJobAlone && { severity: "high" }),
      times: Math.max(count, 1),
    });
  };
  return {
    add(observation) {
      const { isOfJobAlone, message, pid } = observation;
      if (isOfJobAlone && pid === undefined) return;
      const key = isOfJobAlone ? message : `${pid} ${message}`;
      const isRest = isOfJobAlone && !waiting.has(key) && waiting.size >= bounds.maxWaiting;
      const entry = isRest
        ? findOrAdd(waiting, REST, { ...observation, message: REST, evidence: {} })
        : findOrAdd(waiting, key, observation);
      countIn(entry, pid, bounds);
    },
    settle(which) {
      for (const [key, entry] of waiting) {
        const culprit = findCulprit(entry, parts);
        const isKnown = culprit.process !== null || entry.counts.has(undefined);
        if (!isKnown && which === "old" && !entry.hasWaited) {
          entry.hasWaited = true;
          continue;
        }
        waiting.delete(key);
        if (culprit.process !== null || !entry.observation.isOfJobAlone) tell(entry, culprit);
      }
    },
  };
}

function findOrAdd(
  waiting: Map<string, Waiting>,
  key: string,
  observation: TamperObservation,
): Waiting {
  const known = waiting.get(key);
  if (known) return known;
  const entry = { observation, counts: new Map(), hasWaited: false };
  waiting.set(key, entry);
  return entry;
}

function countIn(entry: Waiting, pid: number | undefined, { maxPidsOfOne }: TamperBounds): void {
  const known = entry.counts.get(pid);
  if (known !== undefined || entry.counts.size < maxPidsOfOne) {
    entry.counts.set(pid, (known ?? 0) + 1);
  }
}

interface Culprit {
  readonly process: string | null;
  readonly pid: number | undefined;
  readonly count: number;
}

/** The first one that the sensors know; where only the job's matter, what others did in the same words is not counted. */
function findCulprit({ observation, counts }: Waiting, { processes }: Parts): Culprit {
  const known = [...counts].flatMap(([pid, times]) => {
    const process = pid === undefined ? undefined : processes.lastWithPid(pid);
    return process === undefined ? [] : [{ process: process.id, pid, times }];
  });
  const counted = observation.isOfJobAlone ? known.map(({ times }) => times) : counts.values();
  return {
    process: known[0]?.process ?? null,
    pid: known[0]?.pid ?? observation.pid,
    count: [...counted].reduce((sum, times) => sum + times, 0),
  };
}
