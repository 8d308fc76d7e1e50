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
