/** Whether a file was there, as it is, before the run began. */
import type { ExecObservation } from "../../observation.ts";
import type { LiveFile } from "./live-processes.ts";

/** `elsewhere`: whoever runs it has mounts of its own, such as a container, whose files may all be younger than the run. */
export type Presence = "before" | "since" | "elsewhere";

export interface WasThereOptions {
  /** As the guard sees it; never waits for whoever serves it. */
  readonly open: (path: string) => LiveFile | undefined;
  readonly hasOwnMounts: (pid: number) => boolean;
  readonly begunAtMs: number;
}

type Seen = Pick<ExecObservation, "process" | "origin">;

/**
 * By when the inode was changed: no program can set that, unlike when the file was, but by setting the clock of the machine back,
 * which takes root, who may as well put a program among those of the system. What cannot be opened was not there.
 */
export function createWasThere({
  open,
  hasOwnMounts,
  begunAtMs,
}: WasThereOptions): (path: string, seen: Seen) => Presence {
  return (path, { process, origin }) => {
    if (origin === "snapshot") return "before";
    if (hasOwnMounts(process.pid)) return "elsewhere";
    using file = open(path);
    return file !== undefined && file.changedAtMs < begunAtMs ? "before" : "since";
  };
}
