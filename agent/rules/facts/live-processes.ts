/** What can be read of a process while it lives. It is often over before anybody looks; then there is no answer. */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readlinkSync,
  readSync,
} from "node:fs";

/** Where a connected socket leads. */
export interface NetworkSocket {
  readonly protocol: string;
  readonly ip: string;
  readonly port: number;
}

export interface LiveProcesses {
  isThere(pid: number): boolean;
  /** What a descriptor leads to: `pipe:[123]`, `socket:[123]`, `/dev/pts/0`, a path. */
  descriptor(pid: number, number: number): string | undefined;
  /** The IPv4 or IPv6 socket with this inode, in the network namespace of the process. */
  socket(pid: number, inode: number): NetworkSocket | undefined;
  /** The first bytes of a file as the process sees it, through its own root. */
  head(pid: number, path: string, bytes: number): Buffer | undefined;
}

export interface LiveProcessesOptions {
  /** Where procfs is mounted. */
  readonly root: string;
  readonly findSocket: LiveProcesses["socket"];
}

export function createLiveProcesses({ root, findSocket }: LiveProcessesOptions): LiveProcesses {
  return {
    isThere: (pid) => existsSync(`${root}/${pid}`),
    descriptor(pid, number) {
      try {
        return readlinkSync(`${root}/${pid}/fd/${number}`);
      } catch {
        return undefined;
      }
    },
    socket: findSocket,
    head: (pid, path, bytes) => readHead(`${root}/${pid}/root${path}`, bytes),
  };
}

/** Never a device or a pipe, which could hold the guard up. */
function readHead(path: string, bytes: number): Buffer | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch {
    return undefined;
  }
  try {
    if (!fstatSync(descriptor).isFile()) return undefined;
    const buffer = Buffer.alloc(bytes);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, bytes, 0));
  } catch {
    return undefined;
  } finally {
    closeSync(descriptor);
  }
}
