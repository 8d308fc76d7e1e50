/** Where GitHub's runner keeps what its jobs print: `_diag` beside the `bin` that it was started from. */
import { closeSync, fstatSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";

import { isFolder, type JobFolders } from "./job-folders.ts";

export interface RunnerPlaces {
  /** Where the proc file system is mounted. */
  readonly proc: string;
  /** RUNNER_TEMP, `_work/_temp` in the runner's directory unless it was configured otherwise. */
  readonly runnerTemp: string | undefined;
  readonly folders: JobFolders;
}

/** The first lives for as long as the runner, the second for a job. */
const PROGRAMS = ["Runner.Listener", "Runner.Worker"];
const DIAGNOSTICS = "_diag";
/** Longer paths are none of the runner's. */
const MAX_COMMAND_BYTES = 4_096;

/**
 * Any process can say that it is a runner. It adds a log to those that are read, and takes none away.
 */
export function findRunners({ proc, runnerTemp, folders }: RunnerPlaces): string[] {
  const own = readView(folders, proc, process.pid);
  const fromProcesses = readdirSync(proc)
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const program = readProgram(`${proc}/${pid}/cmdline`);
      return program === undefined ? [] : [{ pid: Number(pid), program }];
    })
    .toSorted((a, b) => toRank(a.program) - toRank(b.program))
    .map(({ pid, program }) => {
      const view = readView(folders, proc, pid);
      const isElsewhere = view !== undefined && own !== undefined && view !== own;
      const place = join(dirname(dirname(program)), DIAGNOSTICS);
      return isElsewhere ? `${proc}/${pid}/root${place}` : place;
    });
  const fromEnvironment =
    runnerTemp === undefined
      ? []
      : [resolve(runnerTemp, "../..", DIAGNOSTICS)].filter((path) => isFolder(folders, path));
  return [...new Set([...fromProcesses, ...fromEnvironment])];
}

function toRank(program: string): number {
  return PROGRAMS.indexOf(basename(program));
}

function readProgram(path: string): string | undefined {
  const [program = ""] = readStart(path).split("\0", 1);
  return isAbsolute(program) && PROGRAMS.includes(basename(program)) ? program : undefined;
}

function readStart(path: string): string {
  const buffer = Buffer.alloc(MAX_COMMAND_BYTES);
  try {
    const descriptor = openSync(path, "r");
    try {
      return buffer.toString("utf8", 0, readSync(descriptor, buffer));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return "";
  }
}

/** Two processes with the same see the same files. Undefined where it may not be looked at. */
function readView(folders: JobFolders, proc: string, pid: number): string | undefined {
  using root = folders.openFolder(pid, "/");
  if (root === undefined) return undefined;
  try {
    const { dev, ino } = fstatSync(root.descriptor);
    return `${readlinkSync(`${proc}/${pid}/ns/mnt`)} ${dev} ${ino}`;
  } catch {
    return undefined;
  }
}
