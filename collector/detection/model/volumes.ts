/** How much a run did. */

export const VOLUMES = [
  "processes",
  "connections",
  "bytesSent",
  "bytesReceived",
  "files",
  "findings",
  "durationMs",
] as const;
export type Volume = (typeof VOLUMES)[number];

export type Volumes = Readonly<Record<Volume, number>>;

/** Of a step of the job. */
export const STEP_VOLUMES = ["processes", "connections", "bytesSent"] as const;
export type StepVolume = (typeof STEP_VOLUMES)[number];

export type StepVolumes = Readonly<Record<StepVolume, number>>;
