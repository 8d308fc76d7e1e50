import { toMedian } from "../harness/statistics.ts";
import { type PipelineOptions, runPipeline } from "./run-pipeline.ts";

export interface Speed {
  /** From before the start of the program to after its end. */
  readonly wholeMs: number;
  /** Without what it takes to start and end. */
  readonly startedMs: number;
  readonly peakMemoryBytes: number;
}

/** What the program takes with an empty log: the median of so many runs. */
export async function measureStart(
  options: Omit<PipelineOptions, "input">,
  runs: number,
): Promise<number> {
  const empty: number[] = [];
  for (let run = 0; run < runs; run++) {
    empty.push((await runPipeline({ ...options, input: "/dev/null" })).wallMs);
  }
  return toMedian(empty);
}

/** The median of so many runs. */
export async function measureSpeed(
  options: PipelineOptions,
  { runs, startMs }: { readonly runs: number; readonly startMs: number },
): Promise<Speed> {
  const whole: number[] = [];
  let peakMemoryBytes = 0;
  for (let run = 0; run < runs; run++) {
    const { wallMs, peakMemoryBytes: peak } = await runPipeline(options);
    whole.push(wallMs);
    peakMemoryBytes = Math.max(peakMemoryBytes, peak);
  }
  const wholeMs = toMedian(whole);
  // A log so small that it takes no time cannot be measured; a millisecond keeps its speed finite.
  return { wholeMs, startedMs: Math.max(1, wholeMs - startMs), peakMemoryBytes };
}
