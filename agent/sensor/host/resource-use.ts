import type { ResourceObservation } from "../../observation.ts";
import type { MachineCounters } from "./machine-counters.ts";
import { toPercent } from "./processor-time.ts";
import type { ProcessorTime } from "./processor-time.ts";

export type ResourceUse = Omit<
  ResourceObservation,
  "kind" | "at" | "memoryUsedBytes" | "memoryTotalBytes"
>;

/** Since the machine started: what there is to compare the first reading with. */
const MACHINE_START: ProcessorTime = { busy: 0, total: 0 };

/**
 * Without a reading before it, a reading gives the processors' share since the machine started, and no rates. Undefined
 * when processor time cannot be read at all.
 */
export function toResourceUse(
  earlier: MachineCounters | undefined,
  { processors, disks, network, readAtMs }: MachineCounters,
): ResourceUse | undefined {
  if (processors === undefined) return undefined;
  const seconds = earlier === undefined ? 0 : (readAtMs - earlier.readAtMs) / 1_000;
  return {
    cpuPercent: toPercent(earlier?.processors ?? MACHINE_START, processors),
    diskReadBytesPerSecond: toRate(earlier?.disks?.readBytes, disks?.readBytes, seconds),
    diskWriteBytesPerSecond: toRate(earlier?.disks?.writtenBytes, disks?.writtenBytes, seconds),
    networkReceiveBytesPerSecond: toRate(
      earlier?.network?.receivedBytes,
      network?.receivedBytes,
      seconds,
    ),
    networkTransmitBytesPerSecond: toRate(
      earlier?.network?.transmittedBytes,
      network?.transmittedBytes,
      seconds,
    ),
  };
}

/** A counter that went back belonged to a device that has gone; the rate is then unknown. */
function toRate(
  before: number | undefined,
  after: number | undefined,
  seconds: number,
): number | null {
  if (before === undefined || after === undefined || after < before || seconds <= 0) return null;
  return (after - before) / seconds;
}
