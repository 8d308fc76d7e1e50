/** What is told of incidents, in figures. */
import type { AlertingFigures } from "../stores/incident-store.ts";
import { FINDING_SEVERITIES } from "./label-values.ts";
import type { MetricRegistry } from "./metric-registry.ts";

export type CountDelivery = (sink: string, outcome: "delivered" | "retryable" | "refused") => void;

export interface AlertingFiguresOptions {
  readonly prefix: string;
  readonly readFigures: () => AlertingFigures;
  readonly countNews: () => number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Sinks are as many as the operator's file names. */
export function addAlertingFigures(
  registry: MetricRegistry,
  { prefix, readFigures: read, countNews, now }: AlertingFiguresOptions,
): CountDelivery {
  const readFigures = readOnceATurn(read);
  registry.labelledGauge(
    `${prefix}_incidents_open`,
    { help: "Incidents that are not resolved.", label: "severity" },
    () => {
      const { openBySeverity } = readFigures();
      return Object.fromEntries(
        FINDING_SEVERITIES.map((severity) => [severity, openBySeverity[severity] ?? 0]),
      );
    },
  );
  registry.labelledGauge(
    `${prefix}_deliveries_waiting`,
    { help: "Alerts that are due and not delivered.", label: "sink" },
    () => readFigures().waitingBySink,
  );
  registry.labelledGauge(
    `${prefix}_deliveries_dead`,
    { help: "Alerts that were refused, or that nobody took for a day.", label: "sink" },
    () => readFigures().deadBySink,
  );
  registry.labelledGauge(
    `${prefix}_deliveries_unnamed`,
    {
      help: "Alerts that wait for a sink which the file of --alerting does not name.",
      label: "sink",
    },
    () => readFigures().unnamedBySink,
  );
  registry.gauge(
    `${prefix}_oldest_delivery_seconds`,
    "For how long there has been reason for the alert that is due and waits longest; 0: none waits.",
    () => {
      const { oldestDueAt } = readFigures();
      return oldestDueAt === null ? 0 : Math.max(0, now() - oldestDueAt) / 1_000;
    },
  );
  registry.gauge(
    `${prefix}_news_waiting`,
    "What became of findings and was not yet acted on.",
    countNews,
  );
  const helps = {
    delivered: "Alerts that were delivered.",
    retryable: "Attempts that failed and are made again.",
    refused: "Alerts that were refused or given up.",
  };
  const counts = {
    delivered: new Map<string, number>(),
    retryable: new Map<string, number>(),
    refused: new Map<string, number>(),
  };
  const names = { delivered: "delivered", retryable: "retried", refused: "refused" };
  for (const outcome of ["delivered", "retryable", "refused"] as const) {
    registry.labelledTotal(
      `${prefix}_deliveries_${names[outcome]}_total`,
      { help: helps[outcome], label: "sink" },
      () => Object.fromEntries(counts[outcome]),
    );
  }
  return (sink, outcome) => {
    counts[outcome].set(sink, (counts[outcome].get(sink) ?? 0) + 1);
  };
}

/** All gauges are asked in the same turn of the event loop, and each read is some queries on the thread that serves. */
function readOnceATurn<Value>(read: () => Value): () => Value {
  let known: { readonly value: Value } | undefined;
  return () => {
    if (known === undefined) {
      known = { value: read() };
      queueMicrotask(() => (known = undefined));
    }
    return known.value;
  };
}
