/** What can be read of a process while it lives. It is often over before anybody looks; then there is no answer. */
import { closeSync, existsSync, fstatSync, readFileSync, readlinkSync, readSync } from "node:fs";

import type { ProcessRef } from "../../observation.ts";

/** Where a connected socket leads. */
export interface NetworkSocket {
  readonly protocol: string;
  readonly ip: string;
  readonly port: number;
}

export interface LiveProcesses {
  isThere(pid: number): boolean;
  /** Whether its mounts are not the other's, as in a container. False where either has ended. */
  hasOtherMounts(pid: number, other: number): boolean;
  /** Processor time that all its threads have taken. */
  processorMs(ref: ProcessRef): number | undefined;
  /** What a descriptor leads to: `pipe:[123]`, `socket:[123]`, `/dev/pts/0`, a path. */
  descriptor(pid: number, number: number): string | undefined;
  /** The IPv4 or IPv6 socket with this inode, in the network namespace of the process. */
  socket(pid: number, inode: number): NetworkSocket | undefined;
  /** The first bytes of a file as the process sees it, through its own root. */
  head(pid: number, path: string, bytes: number): Buffer | undefined;
  /** The first bytes of the file that it has as standard input. */
  headOfInput(pid: number, bytes: number): Buffer | undefined;
  /** A regular file in the same way. */
  file(pid: number, path: string): LiveFile | undefined;
}

/** To be disposed of. */
export interface LiveFile extends Disposable {
  readonly bytes: number;
  readonly modifiedAtMs: number;
  readonly changedAtMs: number;
  /** Undefined: it cannot be read, such as the memory of what has ended. */
  head(bytes: number): Buffer | undefined;
}

/** Neither waits for whoever serves the file. */
interface FileOpeners {
  readonly open: (pid: number, path: string) => number | undefined;
  readonly openInput: (pid: number) => number | undefined;
}

export interface LiveProcessesOptions {
  /** Where procfs is mounted. */
  readonly root: string;
  readonly findSocket: LiveProcesses["socket"];
  readonly files: FileOpeners;
}

export function createLiveProcesses({
  root,
  findSocket,
  files,
}: LiveProcessesOptions): LiveProcesses {
  const open = (pid: number, path: string): LiveFile | undefined =>
    toLiveFile(files.open(pid, path));
  return {
    isThere: (pid) => existsSync(`${root}/${pid}`),
    hasOtherMounts(pid, other) {
      const own = readLink(`${root}/${pid}/ns/mnt`);
      const others = readLink(`${root}/${other}/ns/mnt`);
      return own !== undefined && others !== undefined && own !== others;
    },
    processorMs: (ref) => readProcessorMs(`${root}/${ref.pid}/stat`, ref),
    descriptor: (pid, number) => readLink(`${root}/${pid}/fd/${number}`),
    socket: findSocket,
    head(pid, path, bytes) {
      using file = open(pid, path);
      return file?.head(bytes);
    },
    headOfInput(pid, bytes) {
      using file = toLiveFile(files.openInput(pid));
      return file?.head(bytes);
    },
    file: open,
  };
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** Ticks of 10 ms (proc_pid_stat(5)). */
const MS_A_TICK = 10;

function readProcessorMs(path: string, { startTicks }: ProcessRef): number | undefined {
  try {
    const stat = readFileSync(path, "latin1");
    // From field 3 on: a name in brackets, which holds anything, is before.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [user, system, started] = [11, 12, 19].map((at) => Number(fields[at]));
    if (started !== startTicks) return undefined;
    return ((user ?? 0) + (system ?? 0)) * MS_A_TICK;
  } catch {
    return undefined;
  }
}

function toLiveFile(descriptor: number | undefined): LiveFile | undefined {
  if (descriptor === undefined) return undefined;
  const { size, mtimeMs, ctimeMs } = fstatSync(descriptor);
  return {
    bytes: size,
    modifiedAtMs: mtimeMs,
    changedAtMs: ctimeMs,
    head(bytes) {
      const buffer = Buffer.alloc(bytes);
      try {
        return buffer.subarray(0, readSync(descriptor, buffer, 0, bytes, 0));
      } catch {
        return undefined;
      }
    },
    [Symbol.dispose]: () => closeSync(descriptor),
  };
}
