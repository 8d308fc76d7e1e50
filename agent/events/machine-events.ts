import type { SensorStatus } from "../../protocol/index.ts";
import type { LossObservation, Microseconds, ResourceObservation } from "../observation.ts";
import type { AssemblerOptions } from "./assembler-options.ts";
import type { EventStream } from "./event-stream.ts";

type Parts = Pick<AssemblerOptions, "stream">;

export function writeResources({ stream }: Parts, observation: ResourceObservation): void {
  const { kind: _, at, ...sample } = observation;
  stream.write({ kind: "resource-sample", ...sample }, at);
}

export function writeLoss({ stream }: Parts, observation: LossObservation): void {
  const { at, sensor, reason, lost, count } = observation;
  const eventKind = lost === undefined ? {} : { eventKind: lost };
  stream.write({ kind: "events-dropped", sensor, reason, count, ...eventKind }, at);
}

interface Forgotten {
  readonly processes: number;
  readonly sensors: readonly SensorStatus[];
  readonly at: Microseconds;
}

/**
 * Processes that the tree had no room for were told as they came; what is lost is the descent, and with it the step, of
 * what they started from then on.
 */
export function writeForgotten(stream: EventStream, { processes, sensors, at }: Forgotten): void {
  if (processes === 0) return;
  const watching = sensors.find(({ name, status }) => name !== "host" && status !== "unavailable");
  const sensor = watching?.name ?? "proc";
  stream.write(
    { kind: "events-dropped", sensor, reason: "process-tree-full", count: processes },
    at,
  );
}
