import type { Stops } from "./settings.ts";
import type { WatchedFile } from "./watched-files.ts";

/** A program that does what it reads. */
export interface CommandReader {
  /** Without a version: `python`. */
  readonly name: string;
  /** By which words after it tell that it reads commands; `applets` is many programs in one. */
  readonly words: "shell" | "bare" | "applets";
}

/** For what the kernel's program ends a process of the job's, before it can make use of it. */
export interface Kills {
  /** Reaching into the memory of a process that is not the job's, by whatever way. */
  readonly memoryReaders: boolean;
  /** Signals that would stop or change the guard, and ptrace. */
  readonly guardAttackers: boolean;
  /** Programs that take their commands from the network, if they are among these. */
  readonly reverseShells: readonly CommandReader[];
  /** Base names of programs that must not be run. */
  readonly programs: readonly string[];
  /** Files that must not be opened. */
  readonly files: readonly WatchedFile[];
}

export const NO_KILLS: Kills = {
  memoryReaders: false,
  guardAttackers: false,
  reverseShells: [],
  programs: [],
  files: [],
};

export function toStops(kills: Kills): Stops {
  const { memoryReaders, guardAttackers, reverseShells, programs, files } = kills;
  return {
    memoryReaders,
    guardAttackers,
    programs: programs.length > 0,
    fileOpeners: files.length > 0,
    reverseShells: reverseShells.length > 0,
  };
}
