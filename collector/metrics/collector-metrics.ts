/** What the collector tells of itself. */
import type { TakenBatch } from "../batch.ts";
import type { EventStore } from "../event-store.ts";
import { createMetricRegistry } from "./metric-registry.ts";

export interface CollectorMetrics {
  readonly countBatch: (batch: TakenBatch) => void;
  /** With the code of the refusal, or "ok". */
  readonly countRequest: (outcome: string) => void;
  /** With one of a few reasons that are known. */
  readonly countAuthFailure: (reason: string) => void;
  readonly countStorageFault: () => void;
  readonly render: () => string;
}

const PREFIX = "runner_guard_collector";
/** Seconds: around what a disk takes for one sync, and what is asked of the 99th percentile. */
const COMMIT_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** What is asked when it is rendered. */
export interface Measured {
  readonly store: Pick<EventStore, "load" | "countRuns">;
  readonly streams: {
    readonly counts: Readonly<Record<"open" | "cutOff" | "unreadable", number>>;
  };
}

export function createCollectorMetrics(measured: () => Measured): CollectorMetrics {
  const registry = createMetricRegistry();
  const count = (name: string, help: string, label?: string) =>
    registry.counter(`${PREFIX}_${name}`, { help, ...(label !== undefined && { label }) });
  const batches = count("batches_total", "Batches that were stored.");
  const events = count("events_total", "Events that were stored, with those that are none.");
  const bytes = count("bytes_total", "Bytes of batches, as they were sent and unpacked.", "form");
  const deadLetters = count("dead_letters_total", "Lines that were no events.");
  const dropped = count("agent_dropped_total", "Events that guards had to let go.");
  const findings = count("findings_total", "Findings that were told, with repeats.");
  const leftOut = count(
    "destinations_left_out_total",
    "Uses of destinations that were too many for one batch: they are in its events alone.",
  );
  const requests = count("requests_total", "Requests, by what became of them.", "outcome");
  const authFailures = count(
    "auth_failures_total",
    "Tokens that were not good, by what was wrong.",
    "reason",
  );
  const faults = count("storage_faults_total", "Writes that failed.");
  const commit = registry.histogram(`${PREFIX}_commit_seconds`, {
    help: "From when a batch was read until it was on disk.",
    bounds: COMMIT_BOUNDS,
  });
  registry.gauge(`${PREFIX}_runs`, {
    help: "Runs that are not over.",
    label: "state",
    read: () => measured().store.countRuns(),
  });
  registry.gauge(`${PREFIX}_waiting_writes`, {
    help: "Writes that are not on disk yet.",
    read: () => measured().store.load.writes,
  });
  registry.gauge(`${PREFIX}_waiting_bytes`, {
    help: "Bytes of batches, and of the rows beside them, that are not on disk yet.",
    read: () => measured().store.load.bytes,
  });
  registry.gauge(`${PREFIX}_listeners`, {
    help: "Agents that listen for commands.",
    read: () => measured().streams.counts.open,
  });
  registry.total(`${PREFIX}_listeners_lost_total`, {
    help: "Agents that were let go: they did not read, or what waited for them could not be read.",
    label: "reason",
    read() {
      const { cutOff, unreadable } = measured().streams.counts;
      return { "does-not-read": cutOff, unreadable };
    },
  });
  registry.gauge("process_resident_memory_bytes", {
    help: "Memory of the process.",
    read: () => process.memoryUsage.rss(),
  });
  return {
    countBatch(batch) {
      batches.add(1);
      events.add(batch.events);
      bytes.add(batch.packedBytes, "sent");
      bytes.add(batch.unpackedBytes, "unpacked");
      deadLetters.add(batch.deadLetters);
      dropped.add(batch.dropped);
      findings.add(batch.findings);
      leftOut.add(batch.destinationsLeftOut);
      commit.observe(batch.seconds);
    },
    countRequest: (outcome) => requests.add(1, outcome),
    countAuthFailure: (reason) => authFailures.add(1, reason),
    countStorageFault: () => faults.add(1),
    render: () => registry.render(),
  };
}
