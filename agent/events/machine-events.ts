import type { LossObservation, ResourceObservation } from "../observation.ts";
import type { AssemblerOptions } from "./assembler-options.ts";

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
