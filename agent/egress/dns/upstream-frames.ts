/** Takes what came over a stream, in pieces of any size. */
export interface FrameReader {
  push(chunk: Uint8Array): void;
}

const LENGTH_BYTES = 2;

/** Messages behind their length in two bytes (RFC 1035 §4.2.2). Holds one message at most, so 64 KiB. */
export function createFrameReader(onMessage: (message: Uint8Array) => void): FrameReader {
  const length = new Uint8Array(LENGTH_BYTES);
  let body: Uint8Array | undefined;
  let filled = 0;
  return {
    push(chunk) {
      for (let at = 0; at < chunk.length;) {
        const target = body ?? length;
        const piece = chunk.subarray(at, at + target.length - filled);
        target.set(piece, filled);
        at += piece.length;
        filled += piece.length;
        if (filled < target.length) return;
        filled = 0;
        if (body === undefined) {
          body = new Uint8Array((length[0] ?? 0) * 256 + (length[1] ?? 0));
          if (body.length > 0) continue;
        }
        const message = body;
        body = undefined;
        onMessage(message);
      }
    },
  };
}

export function toFrame(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(LENGTH_BYTES + message.length);
  frame[0] = message.length >> 8;
  frame[1] = message.length & 0xff;
  frame.set(message, LENGTH_BYTES);
  return frame;
}
