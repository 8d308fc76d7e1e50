import type { Microseconds } from "../../observation.ts";

export interface SamplingClock {
  now(): Microseconds;
  /** Processor time that this process has used, in milliseconds; its helper threads collect a sample's garbage. */
  cpuMs(): number;
}

export function createSamplingClock(): SamplingClock {
  return {
    now: () => Date.now() * 1_000,
    cpuMs() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1_000;
    },
  };
}
