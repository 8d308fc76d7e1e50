/** What a stream emits while it takes one piece in, until it is written. */
export interface GatheredOutput {
  readonly add: (bytes: Uint8Array) => void;
  /** All that was added since the last call; valid until something is added again. */
  take(): Uint8Array;
}

/** A piece of 64 KiB, and what was held of the begun line before it. Where a stream gives more it grows, as far as the stream holds. */
const USUAL_BYTES = 131_072;

export function createGatheredOutput(): GatheredOutput {
  let buffer = Buffer.allocUnsafeSlow(USUAL_BYTES);
  let used = 0;
  return {
    add(bytes) {
      const needed = used + bytes.length;
      if (needed > buffer.length) {
        const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * buffer.length));
        larger.set(buffer.subarray(0, used));
        buffer = larger;
      }
      buffer.set(bytes, used);
      used = needed;
    },
    take() {
      const bytes = buffer.subarray(0, used);
      used = 0;
      return bytes;
    },
  };
}
