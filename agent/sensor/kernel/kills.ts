import type { Stops } from "./settings.ts";

/** A program that does what it reads. */
export interface CommandReader {
  /** Without a version: `python`. */
  readonly name: string;
  /** By which words after it tell that it reads commands; `applets` is many programs in one. */
  readonly words: "shell" | "bare" | "applets";
}

/** A file, by its whole path as the kernel resolves it, and what must not be done to it. */
export interface ForbiddenPath {
  readonly path: string;
  readonly deed: "run" | "read" | "change";
}

/** For what the kernel's program ends a process of the job's, before it can make use of it. */
export interface Kills {
  /** Reaching into the memory of a process that is not the job's, by whatever way. */
  readonly memoryReaders: boolean;
  /** Signals that would stop or change the guard, and ptrace. */
  readonly guardAttackers: boolean;
  /** Programs that take their commands from the network, if they are among these. */
  readonly reverseShells: readonly CommandReader[];
  /** Names of the files of programs that must not be run. */
  readonly programs: readonly string[];
  readonly paths: readonly ForbiddenPath[];
}

export const NO_KILLS: Kills = {
  memoryReaders: false,
  guardAttackers: false,
  reverseShells: [],
  programs: [],
  paths: [],
};

export function toStops(kills: Kills): Stops {
  const { memoryReaders, guardAttackers, reverseShells, programs, paths } = kills;
  return {
    memoryReaders,
    guardAttackers,
    programs: programs.length > 0 || paths.some(({ deed }) => deed === "run"),
    fileOpeners: paths.some(({ deed }) => deed !== "run"),
    reverseShells: reverseShells.length > 0,
  };
}
