/** The processes of one /proc: who is there, in what state, and what each runs. */
import { readDirectory, readFile, readLink } from "./proc-file.ts";
import { liveDirectory, readArgs, readProcessDetails } from "./process-details.ts";
import type { ProcessDetails } from "./process-details.ts";
import { createEnvironmentFilter } from "./process-environment.ts";
import { parseProcessStat } from "./process-stat.ts";
import type { ProcessStat } from "./process-stat.ts";

export interface ProcessTableOptions {
  /** Where the proc file system is mounted, `/proc`. */
  readonly root: string;
  readonly maxArgs: number;
  readonly maxArgBytes: number;
  /** How much of one process's environment is looked through. */
  readonly maxEnvironmentBytes: number;
  readonly maxEnvironmentValueBytes: number;
  /** Exact names of the variables to keep. */
  readonly watchedEnvironment: readonly string[];
}

export interface ProcessListing {
  readonly processes: readonly ProcessStat[];
  /** Pids that are there, and whose entry could not be read this time. */
  readonly unreadable: ReadonlySet<number>;
  /** Pid 1, which every pid namespace has, is not listed: /proc is mounted with `hidepid`. */
  readonly isHidden: boolean;
}

/** Every method may be called about a process that is long gone. */
export interface ProcessTable {
  /** Undefined when the table as a whole cannot be read. */
  list(): ProcessListing | undefined;
  stat(pid: number): ProcessStat | undefined;
  details(stat: ProcessStat): ProcessDetails | undefined;
  /** Changes when the process runs another program; cheap enough to ask at every sample. */
  programMark(stat: ProcessStat): string;
  /** The text of /proc/PID/ns/pid, such as `pid:[4026531836]`. */
  pidNamespace(pid: number | "self"): string | undefined;
}

/** More than the longest line that /proc/PID/stat can hold. */
const STAT_BYTES = 4_096;

export function createProcessTable(options: ProcessTableOptions): ProcessTable {
  const { root, maxArgs, maxArgBytes } = options;
  const statScratch = Buffer.alloc(STAT_BYTES);
  const detailsOptions = {
    root,
    bounds: { maxArgs, maxArgBytes },
    filterEnvironment: createEnvironmentFilter(
      options.watchedEnvironment,
      options.maxEnvironmentValueBytes,
    ),
    scratch: Buffer.alloc(Math.max(options.maxEnvironmentBytes, maxArgBytes + 1)),
  };
  const readStat = (pid: number) => readFile(`${root}/${pid}/stat`, statScratch);
  return {
    stat(pid) {
      const read = readStat(pid);
      return read.status === "read" ? parseProcessStat(read.bytes) : undefined;
    },
    list() {
      const pids = listPids(root);
      if (pids === undefined) return undefined;
      const unreadable = new Set<number>();
      const processes: ProcessStat[] = [];
      for (const pid of pids) {
        const read = readStat(pid);
        if (read.status === "unreadable") unreadable.add(pid);
        const parsed = read.status === "read" ? parseProcessStat(read.bytes) : undefined;
        if (parsed !== undefined) processes.push(parsed);
      }
      return { processes, unreadable, isHidden: !pids.includes(1) };
    },
    details: (of) => readProcessDetails(of, detailsOptions),
    programMark: (of) =>
      of.layout ?? readArgs(liveDirectory(of, root), detailsOptions).args.join("\0"),
    pidNamespace(pid) {
      const link = readLink(`${root}/${pid}/ns/pid`);
      return link.status === "read" ? link.target : undefined;
    },
  };
}

function listPids(root: string): readonly number[] | undefined {
  const read = readDirectory(root);
  if (read.status !== "read") return undefined;
  return read.names.filter((name) => /^[1-9]\d{0,9}$/.test(name)).map(Number);
}
