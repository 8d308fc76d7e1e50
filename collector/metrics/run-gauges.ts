/** How the runs are that are not over: read once for all figures, and not for every request. */
import type { RunFigures } from "../stores/event-store.ts";
import type { MetricRegistry } from "./metric-registry.ts";

export interface RunGaugesOptions {
  readonly prefix: string;
  /** Goes through the runs that are live. */
  readonly readRuns: () => RunFigures;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Runs change slowly, and Prometheus asks every 15 s. */
const FRESH_MS = 5_000;

export function addRunGauges(
  registry: MetricRegistry,
  { prefix, readRuns, now }: RunGaugesOptions,
): void {
  let read: RunFigures | undefined;
  let readAt = 0;
  const figures = (): RunFigures => {
    if (read === undefined || Math.abs(now() - readAt) > FRESH_MS) {
      read = readRuns();
      readAt = now();
    }
    return read;
  };
  registry.labelledGauge(
    `${prefix}_runs`,
    { help: "Runs that are not over.", label: "state" },
    () => {
      const { live, silent } = figures();
      return { live, silent };
    },
  );
  registry.gauge(
    `${prefix}_runs_past_ttl`,
    "Runs that go on for longer than any job should take.",
    () => figures().pastTtl,
  );
  registry.gauge(
    `${prefix}_guards_degraded`,
    "Live runs whose guard lacks a sensor, or cannot block though it was asked to.",
    () => figures().degraded,
  );
  registry.gauge(
    `${prefix}_heartbeat_age_seconds`,
    "How long ago the live run was heard of that was heard of longest ago; 0 without any.",
    () => {
      const { oldestSeenAt } = figures();
      return oldestSeenAt === null ? 0 : Math.max((now() - oldestSeenAt) / 1_000, 0);
    },
  );
}
