import { type Row, toMebibytes } from "../harness/table.ts";
import type { Speed, Start } from "./measure-speed.ts";

/** A way to run the redactor. */
export interface Way {
  readonly rules: string;
  readonly values: number;
  /** MB/s; absent where none was set. */
  readonly goal?: number;
}

export interface Measured extends Speed {
  readonly log: string;
  readonly way: Way;
  readonly megabytes: number;
  /** Of the same log a quarter as long, where that was measured: it tells whether the time grows as the length does. */
  readonly quarterCpuMs?: number;
}

export interface Delays {
  readonly through: string;
  readonly lines: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** What is shorter says more of the machine than of the log. */
const MEASURABLE_MS = 50;

export function toRow({
  log,
  way,
  megabytes,
  wholeMs,
  startedMs,
  startedCpuMs,
  stolen,
  peakMemoryBytes,
  quarterCpuMs,
}: Measured): Row {
  return {
    log,
    rules: way.rules,
    values: way.values,
    MB: megabytes,
    "MB/s": toSpeed(wholeMs, megabytes),
    "once started": toSpeed(startedMs, megabytes),
    "a CPU second": toSpeed(startedCpuMs, megabytes),
    goal: way.goal ?? "",
    "a quarter, CPU": quarterCpuMs === undefined ? "" : toSpeed(quarterCpuMs, megabytes / 4),
    "peak MiB": toMebibytes(peakMemoryBytes),
    "stolen %": (stolen * 100).toFixed(0),
  };
}

export function describeDelay({ through, lines, p50Ms, p99Ms, maxMs }: Delays): string {
  return `A line through ${through}, ms: p50 ${p50Ms.toFixed(3)}, p99 ${p99Ms.toFixed(3)}, max ${maxMs.toFixed(3)} of ${lines} lines.`;
}

export function describeStart({ rules, values }: Way, { wallMs, cpuMs }: Start): string {
  return `Start and end with ${rules} and ${values} values: ${wallMs.toFixed(0)} ms, of which the redactor's CPU ${cpuMs.toFixed(0)} ms.`;
}

function toSpeed(ms: number, megabytes: number): string {
  return (megabytes / (ms / 1_000)).toFixed(0);
}

/** Four times the length must take about four times as long; what is noise in a run of milliseconds is left out. */
export function describeGrowth(measured: readonly Measured[]): string {
  const growths = measured
    .filter(({ quarterCpuMs = 0 }) => quarterCpuMs > MEASURABLE_MS)
    .map(({ log, startedCpuMs, quarterCpuMs = 1 }) => ({ log, times: startedCpuMs / quarterCpuMs }))
    .toSorted((left, right) => right.times - left.times);
  const [most] = growths;
  return most === undefined
    ? "Growth: too quick to tell."
    : `Growth: four times the length takes at most ${most.times.toFixed(1)} times the CPU time (${most.log}).`;
}
