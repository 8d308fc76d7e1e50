import { toMedian } from "../harness/statistics.ts";
import { type PipelineOptions, runPipeline } from "./run-pipeline.ts";

export interface Speed {
  /** From before the start of the program to after its end. */
  readonly wholeMs: number;
  /** Without what it takes to start and end. */
  readonly startedMs: number;
  readonly peakMemoryBytes: number;
}

/** The median of several runs; what the program takes with an empty log counts as its start. */
export async function measureSpeed(options: PipelineOptions, runs: number): Promise<Speed> {
  const empty: number[] = [];
  const whole: number[] = [];
  let peakMemoryBytes = 0;
  for (let run = 0; run < runs; run++) {
    empty.push((await runPipeline({ ...options, input: "/dev/null" })).wallMs);
    const { wallMs, peakMemoryBytes: peak } = await runPipeline(options);
    whole.push(wallMs);
    peakMemoryBytes = Math.max(peakMemoryBytes, peak);
  }
  const wholeMs = toMedian(whole);
  // A log so small that it takes no time cannot be measured; a millisecond keeps its speed finite.
  return { wholeMs, startedMs: Math.max(1, wholeMs - toMedian(empty)), peakMemoryBytes };
}
