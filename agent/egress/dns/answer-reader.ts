import { LENGTH_BYTES } from "./tcp-frame.ts";

/** Takes what came over a stream, in pieces of any size. */
export interface AnswerReader {
  push(chunk: Uint8Array): void;
}

/** Tells each message as soon as it is whole. Holds one at most, so 64 KiB. */
export function createAnswerReader(onMessage: (message: Uint8Array) => void): AnswerReader {
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
