import koffi from "koffi";

/**
 * Writes what is taken without waiting, whether the descriptor blocks or not, and returns how much that was. Undefined where that
 * cannot be told: the descriptor is of another kind, the kernel is too old, or writing fails.
 */
export type WriteAtOnce = (bytes: Uint8Array) => number | undefined;

/** include/uapi/linux/fs.h */
const RWF_NOWAIT = 0x8;
/** Of a descriptor without a position, as of a file: where it is now. */
const HERE = -1;
/** A struct iovec: an address and a length. */
const IOVEC_WORDS = 2;

/** pwritev2(2); for pipes since Linux 6.4. */
export function createWriteAtOnce(output: number): WriteAtOnce {
  const pwritev2 = bind();
  if (pwritev2 === undefined) return () => undefined;
  const iovec = new BigUint64Array(IOVEC_WORDS);
  const iovecAddress = koffi.address(iovec);
  return (bytes) => {
    iovec[0] = koffi.address(bytes);
    iovec[1] = BigInt(bytes.length);
    const count = pwritev2(output, iovecAddress, 1, HERE, RWF_NOWAIT);
    if (count >= 0) return count;
    return koffi.errno() === koffi.os.errno["EAGAIN"] ? 0 : undefined;
  };
}

type Pwritev2 = (fd: number, iovec: bigint, n: number, offset: number, flags: number) => number;

/** Not every C library has it. */
function bind(): Pwritev2 | undefined {
  try {
    return koffi
      .load(null)
      .func("int64_t pwritev2(int fd, uintptr_t iovec, int count, int64_t offset, int flags)");
  } catch {
    return undefined;
  }
}
