/** What is counted of each batch once it is on disk: sums of what was gathered when it was read. */
import type { TakenBatch } from "../stores/batch.ts";
import { DROP_REASONS, FINDING_SEVERITIES } from "./label-values.ts";
import type { MetricRegistry } from "./metric-registry.ts";

export interface BatchFigures {
  readonly count: (batch: TakenBatch) => void;
}

export interface BatchFiguresOptions {
  readonly prefix: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A guard has ended something: seconds since that was seen. */
  readonly noteContained: (seconds: number) => void;
}

/** Seconds: around what a disk takes for one sync, and what is asked of the 99th percentile. */
const COMMIT_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];
/** Seconds: from what an agent waits to fill a batch to a collector that was away for a night. */
const LAG_BOUNDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3_600, 43_200];
/** Times of events are the word of an agent, which may be a year off. */
const MAX_SECONDS = 86_400;
/**
 * Of what an agent counts for itself. A sum of some times 2^53 rises no more when one is added: a batch that says so would
 * hide what all others say.
 */
const MAX_COUNT_OF_BATCH = 1_000_000;

export function createBatchFigures(
  registry: MetricRegistry,
  { prefix, now, noteContained }: BatchFiguresOptions,
): BatchFigures {
  const counter = (name: string, help: string) => registry.counter(`${prefix}_${name}`, help);
  const labelled = (
    name: string,
    help: string,
    [label, values]: readonly [string, readonly string[]],
  ) => registry.labelledCounter(`${prefix}_${name}`, { help, label, values });
  const batches = counter("batches_total", "Batches that were stored.");
  const events = counter("events_total", "Events that were stored, with those that are none.");
  const bytes = labelled("bytes_total", "Bytes of batches, as they were sent and unpacked.", [
    "form",
    ["sent", "unpacked"],
  ]);
  const deadLetters = counter("dead_letters_total", "Lines that were no events.");
  const dropped = labelled("agent_dropped_total", "Events that guards had to let go.", [
    "reason",
    DROP_REASONS,
  ]);
  const findings = labelled("findings_total", "Findings that were told, with repeats.", [
    "severity",
    FINDING_SEVERITIES,
  ]);
  const leftOut = labelled(
    "uses_left_out_total",
    "Uses that were too many for one batch: they are in its events alone.",
    ["of", ["destinations", "names", "programs"]],
  );
  const denials = labelled(
    "egress_denials_total",
    "Connections and questions for names that policy denied: blocked, or let pass where a guard only audits.",
    ["verdict", ["blocked", "would-block"]],
  );
  const commit = registry.histogram(`${prefix}_commit_seconds`, {
    help: "From when a batch was read until it was on disk.",
    bounds: COMMIT_BOUNDS,
  });
  const lag = registry.histogram(`${prefix}_event_lag_seconds`, {
    help: "From when a batch's first event was seen until it was on disk, by the agent's clock and this one.",
    bounds: LAG_BOUNDS,
  });
  const toAge = (timestamp: string): number => {
    const seconds = (now() - Date.parse(timestamp)) / 1_000;
    return seconds > 0 ? Math.min(seconds, MAX_SECONDS) : 0;
  };

  return {
    count({ rollup, firstObservedAt, ...batch }) {
      batches.add(1);
      events.add(batch.events);
      bytes.add(batch.packedBytes, "sent");
      bytes.add(batch.unpackedBytes, "unpacked");
      deadLetters.add(batch.deadLetters);
      commit.observe(batch.seconds);
      if (firstObservedAt !== undefined) lag.observe(toAge(firstObservedAt));
      for (const { reason, count } of rollup.drops) dropped.add(toBounded(count), reason);
      for (const { severity, response, lastSeen } of rollup.findings) {
        findings.add(1, severity);
        if (response !== "report") noteContained(toAge(lastSeen));
      }
      for (const { verdict, count } of rollup.destinations) deny(verdict, count);
      for (const { verdict, count } of rollup.names) deny(verdict, count);
      leftOut.add(rollup.destinationsLeftOut, "destinations");
      leftOut.add(rollup.namesLeftOut, "names");
      leftOut.add(rollup.programsLeftOut, "programs");
    },
  };

  function deny(verdict: string, count: number): void {
    if (verdict !== "allowed") denials.add(toBounded(count), verdict);
  }
}

function toBounded(count: number): number {
  return Math.min(count, MAX_COUNT_OF_BATCH);
}
