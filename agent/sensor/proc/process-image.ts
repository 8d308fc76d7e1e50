import type { ExecObservation } from "../../observation.ts";

export interface ProcessImage {
  readonly executable: string;
  readonly image: ExecObservation["image"];
}

const DELETED = " (deleted)";
const MEMFD = "/memfd:";

/**
 * From the text of /proc/PID/exe. A file whose real name ends in ` (deleted)` counts as deleted: that errs towards
 * suspicion, and telling would mean touching a file that the job controls.
 */
export function toProcessImage(link: string): ProcessImage {
  if (!link.endsWith(DELETED)) return { executable: link, image: "file" };
  const executable = link.slice(0, -DELETED.length);
  return { executable, image: executable.startsWith(MEMFD) ? "memfd" : "deleted" };
}
