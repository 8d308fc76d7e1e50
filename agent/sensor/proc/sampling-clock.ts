import type { Microseconds } from "../../observation.ts";

export interface SamplingClock {
  now(): Microseconds;
  /** Processor time that this thread has used, in milliseconds. */
  cpuMs(): number;
}

export function createSamplingClock(): SamplingClock {
  return {
    now: () => Date.now() * 1_000,
    cpuMs() {
      const { user, system } = process.threadCpuUsage();
      return (user + system) / 1_000;
    },
  };
}
