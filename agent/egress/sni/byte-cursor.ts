/** Reads big-endian fields off bytes that cannot be trusted: past their end everything is empty, and `isOverrun` says so. */
export interface ByteCursor {
  /** Bytes that are left; 0 after an overrun, so that loops over them end. */
  readonly left: number;
  readonly isOverrun: boolean;
  uint8(): number;
  uint16(): number;
  /** The next `length` bytes, not copied. */
  bytes(length: number): Uint8Array;
}

export function createByteCursor(source: Uint8Array): ByteCursor {
  let at = 0;
  let isOverrun = false;
  const take = (length: number): Uint8Array => {
    if (isOverrun || length > source.length - at) {
      isOverrun = true;
      return new Uint8Array();
    }
    at += length;
    return source.subarray(at - length, at);
  };
  return {
    get left() {
      return isOverrun ? 0 : source.length - at;
    },
    get isOverrun() {
      return isOverrun;
    },
    uint8: () => take(1)[0] ?? 0,
    uint16() {
      const [high = 0, low = 0] = take(2);
      return high * 0x100 + low;
    },
    bytes: take,
  };
}
