/** What the lines of a dump say: memory that is used again for each reading of them. */
export interface DumpedBytes {
  readonly length: number;
  /** Not to be held. */
  readonly bytes: Uint8Array;
  push(value: number): void;
  /** Leaves the first so many. */
  cut(length: number): void;
}

const FIRST_CAPACITY = 4096;

export function createDumpedBytes(): DumpedBytes {
  let bytes = new Uint8Array(FIRST_CAPACITY);
  let length = 0;
  const grow = (): void => {
    const larger = new Uint8Array(bytes.length * 2);
    larger.set(bytes);
    bytes = larger;
  };
  return {
    get length() {
      return length;
    },
    get bytes() {
      return bytes.subarray(0, length);
    },
    push(value) {
      if (length === bytes.length) grow();
      bytes[length++] = value;
    },
    cut(to) {
      length = Math.min(length, to);
    },
  };
}
