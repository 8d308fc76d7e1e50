import type { Stops } from "./settings.ts";
import type { WatchedFile } from "./watched-files.ts";

/** For what the kernel's program ends a process of the job's, before it can make use of it. */
export interface Kills {
  /** Reaching into the memory of a process that is not the job's, by whatever way. */
  readonly memoryReaders: boolean;
  /** Signals that would stop or change the guard, and ptrace. */
  readonly guardAttackers: boolean;
  /** Base names of programs that must not be run. */
  readonly programs: readonly string[];
  /** Files that must not be opened. */
  readonly files: readonly WatchedFile[];
}

export const NO_KILLS: Kills = {
  memoryReaders: false,
  guardAttackers: false,
  programs: [],
  files: [],
};

export function toStops({ memoryReaders, guardAttackers, programs, files }: Kills): Stops {
  return {
    memoryReaders,
    guardAttackers,
    programs: programs.length > 0,
    fileOpeners: files.length > 0,
  };
}
