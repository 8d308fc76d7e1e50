import type { Enforcement, Lockdown, Mode, SensorStatus } from "../../../protocol/index.ts";
import { createRecordRedactor } from "../../redact/record/record-redactor.ts";
import {
  ENFORCEMENT,
  LOCKDOWN,
  MODE,
  SENSOR_STATUS,
} from "../../redact/record/shared-treatments.ts";
import { createTextRedaction } from "../../redact/record/text-redaction.ts";
import type { WatchGuard } from "./start-watch-guard.ts";

/** What the file `ready` holds, and what `status` is answered with. */
export interface WatchState {
  readonly pid: number;
  readonly runId: string;
  readonly scope: "pod" | "host";
  readonly mode: Mode;
  readonly sensors: readonly SensorStatus[];
  readonly enforcement: Enforcement;
  readonly lockdown?: Lockdown;
  /** The process with whose end the guard ends. */
  readonly until?: number;
}

export interface Beside {
  /** Of sensors beside the guard's own. */
  readonly sensors: readonly SensorStatus[];
  readonly until: number | undefined;
}

export function toWatchState(
  { guard, runId, scope, lockdown }: WatchGuard,
  beside: Beside,
): WatchState {
  const { pid } = process;
  const [sensors, enforcement] = [[...guard.statuses(), ...beside.sensors], guard.enforcement()];
  const state = {
    pid,
    runId,
    scope,
    mode: guard.mode,
    sensors,
    enforcement,
    ...(lockdown && { lockdown: lockdown() }),
    ...(beside.until !== undefined && { until: beside.until }),
  };
  return redactState(state, createTextRedaction(guard.redaction));
}

const redactState = createRecordRedactor<WatchState>({
  members: {
    pid: "fixed",
    runId: "fixed",
    scope: "fixed",
    mode: MODE,
    sensors: { each: SENSOR_STATUS },
    enforcement: ENFORCEMENT,
    lockdown: LOCKDOWN,
    until: "fixed",
  },
});

/** One line, for a log: that the guard is in force, and how. */
export function describeReady(state: WatchState, directory: string): string {
  const { pid, runId, scope, mode, sensors, enforcement, lockdown } = state;
  const watchers = sensors
    .filter(({ name, status }) => name !== "host" && status !== "unavailable")
    .map(({ name, status }) => `${name} sensor ${status}`);
  const sets = enforcement.builtIn.map(({ id }) => id);
  return [
    `ready: pid ${pid}`,
    `run ${runId}`,
    `scope ${scope}`,
    `mode ${mode.effective}`,
    ...watchers,
    `enforcement ${enforcement.mechanism}`,
    ...(sets.length === 0 ? [] : [`built-in ${sets.join(", ")}`]),
    ...(lockdown ? [`sudo ${lockdown.sudo}`, `containers ${lockdown.containers}`] : []),
    `state in ${directory}`,
  ].join(", ");
}
