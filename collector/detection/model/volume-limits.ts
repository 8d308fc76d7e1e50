/** From where on a volume is far from what a job does: by robust quantiles of the steps, which are logarithms. */
import type { AnomalySeverity, UnusualVolume } from "./anomaly.ts";
import type { History } from "./baseline.ts";
import { STEPS_A_DOUBLING, toSteps } from "./quantised.ts";

interface Limit {
  /** What is less is nobody's business, however unusual it is. */
  readonly least: number;
  /** How many times the most that was seen. A miss of a cache is in most histories; one that is not is within this. */
  readonly factor: number;
  readonly severity: AnomalySeverity;
  /** What is less is low. */
  readonly leastGrave?: number;
}

type LimitedVolume = UnusualVolume["volume"];

const MIB = 1_048_576;
const MINUTE = 60_000;

/** Undefined: it is kept to be shown, and has other reasons to rise than an attack. */
const LIMITS: Readonly<Record<LimitedVolume, Limit | undefined>> = {
  processes: { least: 5_000, factor: 8, severity: "medium" },
  connections: { least: 1_000, factor: 8, severity: "medium" },
  bytesSent: { least: 16 * MIB, factor: 8, severity: "medium" },
  files: { least: 20_000, factor: 8, severity: "medium" },
  // A release that is uploaded for the first time is some megabytes.
  domainBytesSent: { least: 4 * MIB, factor: 8, severity: "medium", leastGrave: 16 * MIB },
  domainNames: { least: 32, factor: 4, severity: "medium" },
  durationMs: { least: 10 * MINUTE, factor: 3, severity: "low" },
  bytesReceived: undefined,
  findings: undefined,
};

/** MAD of a normal distribution times this is its standard deviation. */
const MAD_TO_DEVIATION = 1.4826;
const DEVIATIONS = 6;

interface Measured {
  readonly history: History;
  /** In steps, too. */
  readonly value: number;
}

export function severityOf(volume: LimitedVolume, value: number): AnomalySeverity {
  const { severity = "low", leastGrave = 0 } = LIMITS[volume] ?? {};
  return value < leastGrave ? "low" : severity;
}

/** `history` must not be empty. */
export function isOutlier(volume: LimitedVolume, { history, value }: Measured): boolean {
  // Most are far below, and their history says nothing else.
  if (value <= toSteps(LIMITS[volume]?.least ?? Infinity)) return false;
  const limit = toLimit(volume, history);
  return limit !== undefined && value > limit;
}

/** In steps; undefined: there is none. */
export function toLimit(volume: LimitedVolume, history: History): number | undefined {
  const limit = LIMITS[volume];
  if (limit === undefined || history.length === 0) return undefined;
  const median = toMedian(history);
  const deviation = MAD_TO_DEVIATION * toMedian(history.map((it) => Math.abs(it - median)));
  const most = Math.max(...history) + STEPS_A_DOUBLING * Math.log2(limit.factor);
  return Math.max(toSteps(limit.least), most, median + DEVIATIONS * deviation);
}

export function toMedian(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? upper)) / 2;
}
