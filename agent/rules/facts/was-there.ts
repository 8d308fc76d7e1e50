/** Whether a file was there, as it is, before the run began. */
import type { LiveFile } from "./live-processes.ts";

export interface WasThereOptions {
  /** As the guard sees it; never waits for whoever serves it. */
  readonly open: (path: string) => LiveFile | undefined;
  readonly begunAtMs: number;
}

/** By when the inode was changed, which no program can set, unlike when the file was. What cannot be opened was not there. */
export function createWasThere({ open, begunAtMs }: WasThereOptions): (path: string) => boolean {
  return (path) => {
    using file = open(path);
    return file !== undefined && file.changedAtMs < begunAtMs;
  };
}
