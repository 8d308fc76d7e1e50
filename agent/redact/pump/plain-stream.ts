import type { RedactingStream } from "../redaction.ts";

/** As terminals take in what is typed. */
const ROOM_BYTES = 65_536;

/** For what is carried as it is, such as what is typed. */
export function openPlainStream(emit: (bytes: Uint8Array) => void): RedactingStream {
  const room = Buffer.allocUnsafeSlow(ROOM_BYTES);
  return {
    room: () => room,
    filled: (byteCount) => emit(room.subarray(0, byteCount)),
    write: emit,
    release: () => undefined,
    isHolding: false,
    end: () => undefined,
  };
}
