/** Bytes one after another, in a buffer that grows by doubling: a byte at a time costs no more than all at once. */
export interface ByteGatherer {
  add(bytes: Uint8Array): void;
  /** All of them, not copied: the next `add` may write behind it. */
  bytes(): Buffer;
}

/** Most hellos; a larger one doubles it until it fits. */
const FIRST_BYTES = 2_048;

export function createByteGatherer(): ByteGatherer {
  let buffer = Buffer.alloc(0);
  let length = 0;
  return {
    add(bytes) {
      const needed = length + bytes.length;
      if (needed > buffer.length) {
        const larger = Buffer.alloc(Math.max(FIRST_BYTES, buffer.length * 2, needed));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      buffer.set(bytes, length);
      length = needed;
    },
    bytes: () => buffer.subarray(0, length),
  };
}
