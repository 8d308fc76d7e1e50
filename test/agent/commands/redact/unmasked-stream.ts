import type { RedactingStream } from "../../../../agent/redact/redaction.ts";

/** Shows everything at once, as where nothing is found. */
export function createUnmaskedStream(): { stream: RedactingStream; emitted: () => string } {
  const pieces: Buffer[] = [];
  const room = Buffer.alloc(65_536);
  return {
    stream: {
      room: () => room,
      filled: (count) => void pieces.push(Buffer.from(room.subarray(0, count))),
      write: (bytes) => void pieces.push(Buffer.from(bytes)),
      release: () => undefined,
      isHolding: false,
      end: () => undefined,
    },
    emitted: () => Buffer.concat(pieces).toString(),
  };
}
