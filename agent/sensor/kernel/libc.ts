/** The few C library calls that Node has no function for. */
import koffi from "koffi";

const PROT_READ = 1;
const PROT_WRITE = 2;
const MAP_SHARED = 1;
const MAP_FAILED = 0xffff_ffff_ffff_ffffn;
const PR_GET_CHILD_SUBREAPER = 37;
export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_NONBLOCK = 0o4000;

export interface MappedMemory extends Disposable {
  readonly bytes: ArrayBuffer;
}

export interface Libc {
  /** Maps part of a file; `offset` in bytes, a multiple of the page size. */
  map(
    descriptor: number,
    region: { offset: number; size: number; writable: boolean },
  ): MappedMemory;
  socket(family: number, type: number): number;
  /** Returns 0, or -1 where it failed or is in progress. */
  connect(socket: number, address: Uint8Array): number;
  sendTo(socket: number, bytes: Uint8Array, address: Uint8Array): number;
  close(descriptor: number): void;
  unshare(flags: number): number;
  /** Why the call right before failed. */
  errno(): number;
  /** Whether orphans among the descendants of this process become its children. */
  isChildSubreaper(): boolean;
}

export function loadLibc(): Libc {
  const library = koffi.load(null);
  const mmap: (
    address: null,
    size: number,
    protection: number,
    flags: number,
    descriptor: number,
    offset: number,
  ) => bigint | null = library.func(
    "void *mmap(void *address, size_t size, int protection, int flags, int descriptor, int64_t offset)",
  );
  const munmap: (address: bigint, size: number) => number = library.func(
    "int munmap(void *address, size_t size)",
  );
  const socket: (family: number, type: number, protocol: number) => number = library.func(
    "int socket(int family, int type, int protocol)",
  );
  const connect: (socket: number, address: Uint8Array, size: number) => number = library.func(
    "int connect(int socket, const void *address, uint32_t size)",
  );
  const sendto: (
    socket: number,
    bytes: Uint8Array,
    size: number,
    flags: number,
    address: Uint8Array,
    addressSize: number,
  ) => number = library.func(
    "int64_t sendto(int socket, const void *bytes, size_t size, int flags, const void *address, uint32_t address_size)",
  );
  const close: (descriptor: number) => number = library.func("int close(int descriptor)");
  const unshare: (flags: number) => number = library.func("int unshare(int flags)");
  const prctl: (operation: number, answer: [number]) => number = library.func(
    "int prctl(int operation, _Out_ int *answer)",
  );

  return {
    map(descriptor, { offset, size, writable }) {
      const protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
      const address = mmap(null, size, protection, MAP_SHARED, descriptor, offset);
      if (address === null || address === MAP_FAILED) {
        throw new Error(`cannot map a BPF map: errno ${koffi.errno()}`);
      }
      return {
        bytes: koffi.view(address, size),
        [Symbol.dispose]() {
          munmap(address, size);
        },
      };
    },
    socket: (family, type) => socket(family, type, 0),
    connect: (descriptor, address) => connect(descriptor, address, address.length),
    sendTo: (descriptor, bytes, address) =>
      sendto(descriptor, bytes, bytes.length, 0, address, address.length),
    close(descriptor) {
      close(descriptor);
    },
    unshare,
    errno: () => koffi.errno(),
    isChildSubreaper() {
      const answer: [number] = [0];
      return prctl(PR_GET_CHILD_SUBREAPER, answer) === 0 && answer[0] !== 0;
    },
  };
}
