import { LENGTH_BYTES } from "./tcp-frame.ts";

/** Questions out of a stream, however it is cut; whoever asks too many at once is read on when he has his answers. */
export interface QuestionReader {
  /** `false` where the stream holds what no client asks; nothing can be read from it any more. */
  push(chunk: Buffer): boolean;
  next(): Buffer | undefined;
}

/** A name of 255 bytes and some hundred bytes of options; what is larger is no question. */
const MAX_QUERY_BYTES = 4_096;

export function createQuestionReader(): QuestionReader {
  let held: Buffer = Buffer.alloc(0);

  return {
    push(chunk) {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      return held.length < LENGTH_BYTES || held.readUInt16BE(0) <= MAX_QUERY_BYTES;
    },
    next() {
      if (held.length < LENGTH_BYTES) return undefined;
      const end = LENGTH_BYTES + held.readUInt16BE(0);
      if (held.length < end) return undefined;
      const message = held.subarray(LENGTH_BYTES, end);
      held = held.subarray(end);
      return message;
    },
  };
}
