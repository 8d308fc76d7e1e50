/** How busy the runner is: processors, memory, disks and network, every few seconds. */
import type { ResourceObservation } from "../../observation.ts";
import type { Observer, Sensor } from "../sensor.ts";
import type { MachineCounters } from "./machine-counters.ts";
import type { MachineMemory } from "./machine-memory.ts";
import { toResourceUse } from "./resource-use.ts";

export interface HostSensorOptions {
  readonly observe: Observer;
  readonly periodMs: number;
  /** Either may reject: the sensor is degraded until one does not. */
  readonly readCounters: () => Promise<MachineCounters>;
  readonly readMemory: () => Promise<MachineMemory>;
}

/** Processor time is counted in ticks of 10 ms, so that shares of less than half a second say little. */
const MIN_SPAN_MS = 500;

/** Begins its first sample at once. A reading that fails makes it `degraded`; nothing makes it throw. */
export function createHostSensor(options: HostSensorOptions): Sensor {
  let previous: MachineCounters | undefined;
  let failure: string | undefined;
  let gaps: readonly string[] = [];
  let eventsSeen = 0;
  let running: Promise<void> | undefined;
  let isDisposed = false;

  void sample();
  const timer = setInterval(() => void sample(), options.periodMs).unref();

  return {
    status() {
      const reason = [...(failure === undefined ? [] : [failure]), ...gaps].join("; ");
      return {
        name: "host",
        status: failure === undefined ? "active" : "degraded",
        ...(reason !== "" && { reason }),
        eventsSeen,
        eventsDropped: 0,
      };
    },
    async flush() {
      // One that is under way may have read before this call.
      await running;
      await sample();
    },
    async [Symbol.asyncDispose]() {
      isDisposed = true;
      clearInterval(timer);
      await running;
    },
  };

  /** Never two at once: a machine too busy to answer within a period gets no second question. */
  function sample(): Promise<void> {
    if (isDisposed) return Promise.resolve();
    running ??= takeSample().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function takeSample(): Promise<void> {
    try {
      const [counters, memory] = await Promise.all([options.readCounters(), options.readMemory()]);
      if (previous && counters.readAtMs - previous.readAtMs < MIN_SPAN_MS) return;
      const use = toResourceUse(previous, counters);
      previous = counters;
      if (use === undefined) {
        failure = "processor time cannot be read from /proc/stat";
        return;
      }
      failure = undefined;
      gaps = describeGaps(counters);
      report({
        kind: "resources",
        at: Date.now() * 1_000,
        memoryUsedBytes: memory.usedBytes,
        memoryTotalBytes: memory.totalBytes,
        ...use,
      });
    } catch (error) {
      failure = `resource use cannot be read: ${String(error)}`;
    }
  }

  function report(observation: ResourceObservation): void {
    if (isDisposed) return;
    eventsSeen += 1;
    options.observe(observation);
  }
}

function describeGaps({ disks, network }: MachineCounters): readonly string[] {
  return [
    disks === undefined && "disk traffic is not known: /proc/diskstats shows no disk",
    network === undefined && "network traffic is not known: /proc/net/dev shows no interface",
  ].filter((gap) => gap !== false);
}
