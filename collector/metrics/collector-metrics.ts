/** What the collector tells of itself, and of the runs that it keeps. docs/operations.md says what each figure is for. */
import type { BaselineReader } from "../stores/baseline-store.ts";
import type { TakenBatch } from "../stores/batch.ts";
import type { EventStore } from "../stores/event-store.ts";
import type { IncidentStore } from "../stores/incident-store.ts";
import type { NewsStore } from "../stores/news-store.ts";
import type { NewResponse } from "../stores/response-store.ts";
import { addAlertingFigures, type CountDelivery } from "./alerting-figures.ts";
import { createBatchFigures } from "./batch-figures.ts";
import { addDetectionFigures, type MeasuredDetection } from "./detection-figures.ts";
import { COMMAND_STATES, REQUEST_OUTCOMES, RESPONSE_RESULTS } from "./label-values.ts";
import { createMetricRegistry, type MetricRegistry } from "./metric-registry.ts";
import { addRunGauges } from "./run-gauges.ts";

export interface CollectorMetrics {
  readonly countBatch: (batch: TakenBatch) => void;
  /** With the code of the refusal, or "ok". */
  readonly countRequest: (outcome: string) => void;
  /** With one of a few reasons that are known. */
  readonly countAuthFailure: (reason: string) => void;
  readonly countStorageFault: () => void;
  /** Its cluster is not asked for its job any more: too many others wait for theirs. */
  readonly countPodLeftOut: () => void;
  readonly countStart: () => void;
  readonly countGoodbye: () => void;
  readonly countSilent: (runs: number) => void;
  readonly countCommand: (state: string) => void;
  /** What an operator asked for was done, so many seconds after what it was asked for was seen. */
  readonly noteContained: (seconds: number) => void;
  /** One that was decided, or is over. */
  readonly countResponse: (response: Pick<NewResponse, "state" | "withheld">) => void;
  /** What was too old. */
  readonly countRemoved: (removed: RemovedCounts) => void;
  readonly countDelivery: CountDelivery;
  readonly render: () => Promise<string>;
}

/** What there was of it that was too old. */
export interface RemovedCounts {
  readonly batches: number;
  readonly batchBytes: number;
  readonly runs: number;
  readonly uses: number;
  readonly auditEntries: number;
  readonly baselines: number;
}

const PREFIX = "runner_guard_collector";
/** Seconds: from a process that is killed in the call to an operator who had to be woken. */
const CONTAINMENT_BOUNDS = [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3_600, 14_400];

/** What is asked when it is rendered. */
export interface Measured {
  readonly detection: MeasuredDetection;
  readonly store: Pick<EventStore, "load" | "readRunFigures"> &
    Pick<IncidentStore, "readAlertingFigures"> &
    Pick<NewsStore, "countNews"> &
    Pick<BaselineReader, "countBaselines">;
  readonly streams: {
    readonly counts: Readonly<Record<"open" | "cutOff" | "unreadable", number>>;
  };
}

export interface MetricsOptions {
  readonly measured: () => Measured;
  /** Runs that go on for longer are counted: no job takes so long. */
  readonly runTtlMs: number;
  /** The reasons for which a token or a proof is not taken. */
  readonly authFailures: readonly string[];
  /** Those of the file of --alerting. */
  readonly sinks: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function createCollectorMetrics({
  measured,
  authFailures,
  sinks,
  runTtlMs,
  now,
}: MetricsOptions): CollectorMetrics {
  const registry = createMetricRegistry();
  const count = (name: string, help: string) => registry.counter(`${PREFIX}_${name}`, help);
  const containment = registry.labelledHistogram(`${PREFIX}_containment_seconds`, {
    help: "From when a finding's cause was seen last until it was heard here that it was ended: by the guard itself, or by an operator's command.",
    bounds: CONTAINMENT_BOUNDS,
    label: "by",
    values: ["guard", "operator"],
  });
  const batchFigures = createBatchFigures(registry, {
    prefix: PREFIX,
    now,
    noteContained: (seconds) => containment.observe(seconds, "guard"),
  });
  const requests = registry.labelledCounter(`${PREFIX}_requests_total`, {
    help: "Requests, by what became of them.",
    label: "outcome",
    values: REQUEST_OUTCOMES,
  });
  const untaken = registry.labelledCounter(`${PREFIX}_auth_failures_total`, {
    help: "Tokens and proofs that were not taken, by what was wrong with them.",
    label: "reason",
    values: authFailures,
  });
  const commands = registry.labelledCounter(`${PREFIX}_commands_total`, {
    help: "Commands to agents that were given (queued), obeyed or refused.",
    label: "state",
    values: COMMAND_STATES,
  });
  const responses = registry.labelledCounter(`${PREFIX}_responses_total`, {
    help: "Responses that were decided, and what became of them: done, failed, or only recorded since nobody has armed them, or there were too many.",
    label: "result",
    values: RESPONSE_RESULTS,
  });
  const removed = registry.labelledCounter(`${PREFIX}_removed_total`, {
    help: "What was removed since it was too old.",
    label: "what",
    values: ["batches", "runs", "counts", "audit", "baselines"],
  });
  const removedBytes = count("removed_bytes_total", "Bytes of batches that were too old.");
  const faults = count("storage_faults_total", "Writes that failed.");
  const podsLeftOut = count(
    "pods_left_out_total",
    "Pods whose cluster is not asked for their job any more, since too many wait.",
  );
  const starts = count("runs_started_total", "Runs that began.");
  const goodbyes = count("runs_ended_total", "Runs whose guard said goodbye.");
  const silences = count("runs_silenced_total", "Runs that fell silent, each time that they did.");
  addLoadGauges(registry, measured);
  addDetectionFigures(registry, {
    prefix: PREFIX,
    read: () => measured().detection,
    store: () => measured().store,
  });
  addRunGauges(registry, {
    prefix: PREFIX,
    readRuns: () => measured().store.readRunFigures(now() - runTtlMs),
    now,
  });
  const countDelivery = addAlertingFigures(registry, {
    prefix: PREFIX,
    readFigures: () => measured().store.readAlertingFigures(now(), sinks),
    countNews: () => measured().store.countNews(),
    now,
  });
  return {
    countBatch: batchFigures.count,
    countDelivery,
    countRequest: (outcome) => requests.add(1, outcome),
    countAuthFailure: (reason) => untaken.add(1, reason),
    countStorageFault: () => faults.add(1),
    countPodLeftOut: () => podsLeftOut.add(1),
    countStart: () => starts.add(1),
    countGoodbye: () => goodbyes.add(1),
    countSilent: (runs) => silences.add(runs),
    countCommand: (state) => commands.add(1, state),
    noteContained: (seconds) => containment.observe(Math.max(seconds, 0), "operator"),
    countResponse: ({ state, withheld }) => responses.add(1, withheld ?? state),
    countRemoved({ batches: removedBatches, batchBytes, runs, uses, auditEntries, baselines }) {
      removed.add(removedBatches, "batches");
      removed.add(runs, "runs");
      removed.add(uses, "counts");
      removed.add(auditEntries, "audit");
      removed.add(baselines, "baselines");
      removedBytes.add(batchBytes);
    },
    render: () => registry.render(),
  };
}

function addLoadGauges(registry: MetricRegistry, measured: () => Measured): void {
  registry.gauge(
    `${PREFIX}_waiting_writes`,
    "Writes that are not on disk yet.",
    () => measured().store.load.writes,
  );
  registry.gauge(
    `${PREFIX}_waiting_bytes`,
    "Bytes of batches, and of the rows beside them, that are not on disk yet.",
    () => measured().store.load.bytes,
  );
  registry.gauge(
    `${PREFIX}_listeners`,
    "Agents that listen for commands.",
    () => measured().streams.counts.open,
  );
  registry.labelledTotal(
    `${PREFIX}_listeners_lost_total`,
    {
      help: "Agents that were let go: they did not read, or what waited for them could not be read.",
      label: "reason",
    },
    () => {
      const { cutOff, unreadable } = measured().streams.counts;
      return { "does-not-read": cutOff, unreadable };
    },
  );
}
