/** How much a run did so far, as a whole and by step, and whether all of it was heard of. */
import type { GuardEvent } from "../../../protocol/index.ts";
import { toSteps } from "./quantised.ts";
import type { StepVolume, StepVolumes, Volume, Volumes } from "./volumes.ts";

type Counted = Exclude<Volume, "durationMs">;

export interface Tally {
  readonly steps: ReadonlyMap<string, StepVolumes>;
  readonly leftOut: number;
  readonly isWhole: boolean;
  readonly revision: number;
  see(event: GuardEvent): void;
  add(volume: Counted, amount: number, step: string): void;
  volumes(now?: number): Volumes;
}

export function createTally(maxSteps: number): Tally {
  const total = {
    processes: 0,
    connections: 0,
    bytesSent: 0,
    bytesReceived: 0,
    files: 0,
    findings: 0,
  };
  const steps = new Map<string, Record<StepVolume, number>>();
  let startedAt: number | undefined;
  let stoppedAt: number | undefined;
  let lastSeen: string | undefined;
  let dropped = 0;
  let leftOut = 0;
  let revision = 0;

  const addToStep = (volume: StepVolume, amount: number, step: string): void => {
    const known = steps.get(step);
    if (known !== undefined) known[volume] = addUp(known[volume], amount);
    else if (steps.size < maxSteps) {
      steps.set(step, { processes: 0, connections: 0, bytesSent: 0, [volume]: amount });
    } else leftOut += 1;
  };
  return {
    steps,
    get leftOut() {
      return leftOut;
    },
    get isWhole() {
      return startedAt !== undefined && stoppedAt !== undefined && dropped === 0;
    },
    get revision() {
      return revision;
    },
    see(event) {
      lastSeen = event.observedAt;
      if (event.kind === "guard-started") startedAt ??= toTime(event.observedAt);
      if (event.kind === "guard-stopped") stoppedAt = toTime(event.observedAt);
      if (event.kind === "events-dropped") dropped = addUp(dropped, event.count);
    },
    add(volume, amount, step) {
      const before = total[volume];
      total[volume] = addUp(before, amount);
      if (toSteps(total[volume]) > toSteps(before)) revision += 1;
      if (step !== "" && isOfStep(volume)) addToStep(volume, amount, step);
    },
    volumes(now) {
      const end = stoppedAt ?? now ?? (lastSeen === undefined ? undefined : toTime(lastSeen));
      const durationMs = Math.max(0, (end ?? 0) - (startedAt ?? end ?? 0));
      return { ...total, durationMs };
    },
  };
}

function isOfStep(volume: Counted): volume is StepVolume {
  return volume === "processes" || volume === "connections" || volume === "bytesSent";
}

function toTime(timestamp: string): number | undefined {
  const time = Date.parse(timestamp);
  return Number.isNaN(time) ? undefined : time;
}

function addUp(sum: number, more: number): number {
  return Math.min(sum + more, Number.MAX_SAFE_INTEGER);
}
