/** What Node.js has no function for. */
import koffi from "koffi";

export interface Libc {
  /** What a link says whose own place is open (O_PATH), whatever lies at its name by now; undefined where it is none. */
  readLink(descriptor: number): string | undefined;
  /** Of a table of mounts: whether it is another one than when this was asked last (proc_pid_mounts(5)). */
  hasChanged(descriptor: number): boolean;
}

const MAX_PATH_BYTES = 4_096;
/** struct pollfd. */
const POLL_SIZE = 8;
const POLLPRI = 2;
const POLLERR = 8;

export function loadLibc(): Libc {
  const library = koffi.load(null);
  const readLinkAt: (directory: number, path: string, target: Uint8Array, size: number) => number =
    library.func(
      "int64_t readlinkat(int directory, const char *path, void *target, uint64_t size)",
    );
  const poll: (asked: Uint8Array, count: number, timeoutMs: number) => number = library.func(
    "int poll(void *asked, uint64_t count, int timeoutMs)",
  );
  const target = Buffer.alloc(MAX_PATH_BYTES);
  const asked = Buffer.alloc(POLL_SIZE);
  return {
    readLink(descriptor) {
      const length = readLinkAt(descriptor, "", target, target.length);
      // One that fills all of it may have been cut.
      return length < 0 || length === target.length
        ? undefined
        : target.toString("utf8", 0, length);
    },
    hasChanged(descriptor) {
      asked.fill(0);
      asked.writeInt32LE(descriptor, 0);
      asked.writeInt16LE(POLLPRI, 4);
      return poll(asked, 1, 0) !== 0 && (asked.readInt16LE(6) & (POLLPRI | POLLERR)) !== 0;
    },
  };
}
