import { toMedian, toQuantile } from "../harness/statistics.ts";
import type { Row } from "../harness/table.ts";

export interface PairedSample {
  readonly bare: number;
  readonly guarded: number;
}

export type FlowSamples = Record<string, PairedSample[]>;

const UNITS: Readonly<Record<string, string>> = {
  up: "stream up, MiB/s",
  down: "stream down, MiB/s",
  "request p50": "request p50, µs",
  "request p99": "request p99, µs",
  "connect p50": "connect p50, µs",
  "connect p99": "connect p99, µs",
  connections: "connections a second",
};

/** Medians of both, the median of the pairs' ratios, and how far the middle half of the ratios lies apart. */
export function compareWays(variant: string, samples: FlowSamples): Row[] {
  return Object.entries(samples).map(([what, pairs]) => {
    const ratios = pairs.map(({ bare, guarded }) => guarded / bare);
    const spread = (toQuantile(ratios, 0.75) - toQuantile(ratios, 0.25)) / 2;
    return {
      variant,
      what: UNITS[what] ?? what,
      pairs: pairs.length,
      without: toMedian(pairs.map(({ bare }) => bare)).toFixed(1),
      with: toMedian(pairs.map(({ guarded }) => guarded)).toFixed(1),
      "median of the ratios": toMedian(ratios).toFixed(4),
      "noise ±": spread.toFixed(4),
    };
  });
}
