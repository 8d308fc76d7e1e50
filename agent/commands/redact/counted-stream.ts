import type { RedactingStream } from "../../redact/redaction.ts";

export interface CountedStream extends RedactingStream {
  readonly bytes: number;
  /** A last line without an end is one too. */
  readonly lines: number;
}

const NEWLINE = 0x0a;

export function createCountedStream(stream: RedactingStream): CountedStream {
  let bytes = 0;
  let newlines = 0;
  let isInLine = false;
  const count = (piece: Uint8Array): void => {
    if (piece.length === 0) return;
    bytes += piece.length;
    isInLine = piece.at(-1) !== NEWLINE;
    for (let at = piece.indexOf(NEWLINE); at >= 0; at = piece.indexOf(NEWLINE, at + 1)) newlines++;
  };
  let room: Uint8Array = new Uint8Array(0);
  return {
    room: () => (room = stream.room()),
    filled(byteCount) {
      count(room.subarray(0, byteCount));
      stream.filled(byteCount);
    },
    write(piece) {
      count(piece);
      stream.write(piece);
    },
    release: () => stream.release(),
    end: () => stream.end(),
    get isHolding() {
      return stream.isHolding;
    },
    get bytes() {
      return bytes;
    },
    get lines() {
      return newlines + (isInLine ? 1 : 0);
    },
  };
}
