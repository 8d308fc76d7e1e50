/** What is learned of jobs, and how far behind the runs that is. */
import { type BaselineReader, RUN_LESSONS } from "../stores/baseline-store.ts";
import type { MetricRegistry } from "./metric-registry.ts";

export interface MeasuredDetection {
  readonly figures: {
    readonly events: number;
    readonly anomalies: Readonly<Record<string, number>>;
    readonly lessons: Readonly<Record<string, number>>;
    readonly leftToEnd: number;
    readonly behind: number;
    readonly lagMs: number;
  };
  readonly restarts: number;
}

export interface DetectionFiguresOptions {
  readonly prefix: string;
  readonly read: () => MeasuredDetection;
  readonly store: () => Pick<BaselineReader, "countBaselines">;
}

export function addDetectionFigures(
  registry: MetricRegistry,
  { prefix, read, store }: DetectionFiguresOptions,
): void {
  registry.labelledGauge(
    `${prefix}_baselines`,
    { help: "Jobs of which is known what is normal, or will be.", label: "state" },
    () => store().countBaselines(),
  );
  registry.labelledTotal(
    `${prefix}_lessons_total`,
    { help: "Runs that are over, by what became of them as a lesson.", label: "lesson" },
    () => {
      const { lessons } = read().figures;
      return Object.fromEntries(RUN_LESSONS.map((lesson) => [lesson, lessons[lesson] ?? 0]));
    },
  );
  registry.labelledTotal(
    `${prefix}_anomalies_total`,
    { help: "What runs did that their jobs do not do, by rule.", label: "rule" },
    () => read().figures.anomalies,
  );
  registry.labelledTotal(
    `${prefix}_detection_total`,
    {
      help: "Events of which profiles of runs were made; runs that are judged at their end alone, since too many were at once; and restarts of the thread that learns.",
      label: "what",
    },
    () => {
      const { figures, restarts } = read();
      return { events: figures.events, "left-to-end": figures.leftToEnd, restart: restarts };
    },
  );
  registry.gauge(
    `${prefix}_detection_waiting_runs`,
    "Runs of which something new has not been looked at.",
    () => read().figures.behind,
  );
  registry.gauge(
    `${prefix}_detection_lag_seconds`,
    "For how long the run has waited that has waited longest to be looked at.",
    () => read().figures.lagMs / 1_000,
  );
}
