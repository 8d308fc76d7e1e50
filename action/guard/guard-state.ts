/** What a running guard says of itself, as far as the action needs it. It comes from a socket, so it is looked at. */
import { isRecord, isTexts } from "./records.ts";

/** Of the file `ready`, which has some KiB: a reason for each of a dozen sensors. */
export const MAX_READY_BYTES = 1_048_576;

export interface GuardState {
  readonly pid: number;
  readonly runId: string;
  readonly mode: {
    readonly requested: string;
    readonly effective: string;
    readonly reasons: readonly string[];
  };
  readonly sensors: readonly {
    readonly name: string;
    readonly status: string;
    readonly reason?: string;
  }[];
  readonly mechanism: string;
  readonly lockdown: { readonly sudo: string; readonly containers: string } | undefined;
  readonly until: number | undefined;
}

export function parseGuardState(value: unknown): GuardState | undefined {
  if (!isRecord(value)) return undefined;
  const { pid, runId, mode, sensors, enforcement, lockdown, until } = value;
  if (typeof pid !== "number" || typeof runId !== "string") return undefined;
  if (!isRecord(mode) || !Array.isArray(sensors) || !isRecord(enforcement)) return undefined;
  return {
    pid,
    runId,
    mode: {
      requested: toText(mode["requested"]),
      effective: toText(mode["effective"]),
      reasons: isTexts(mode["reasons"]) ? mode["reasons"] : [],
    },
    sensors: sensors.filter(isRecord).map(toSensor),
    mechanism: toText(enforcement["mechanism"]),
    lockdown: isRecord(lockdown)
      ? { sudo: toText(lockdown["sudo"]), containers: toText(lockdown["containers"]) }
      : undefined,
    until: typeof until === "number" ? until : undefined,
  };
}

function toSensor({ name, status, reason }: Readonly<Record<string, unknown>>) {
  return {
    name: toText(name),
    status: toText(status),
    ...(typeof reason === "string" && { reason }),
  };
}

function toText(value: unknown): string {
  return typeof value === "string" ? value : "unknown";
}
