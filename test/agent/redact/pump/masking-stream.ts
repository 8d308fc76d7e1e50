/** A small stand-in for the real stream: masks one word, holds what may be the start of it. */
import type { RedactingStream } from "../../../../agent/redact/redaction.ts";

export const WORD = "hush-hush";
const MARK = Buffer.from("***");
const ROOM_BYTES = 65_536;

/** Like the real one it holds a begun line until it is told that there is silence. */
export function openMaskingStream(emit: (bytes: Uint8Array) => void): RedactingStream {
  const room = new Uint8Array(ROOM_BYTES);
  let held = Buffer.alloc(0);
  const show = (count: number): void => {
    let rest = held.subarray(0, count);
    held = held.subarray(count);
    for (let at = rest.indexOf(WORD); at >= 0; at = rest.indexOf(WORD)) {
      emit(rest.subarray(0, at));
      emit(MARK);
      rest = rest.subarray(at + WORD.length);
    }
    emit(rest);
  };
  const take = (bytes: Uint8Array): void => {
    held = Buffer.concat([held, bytes]);
    show(held.lastIndexOf("\n") + 1);
  };
  return {
    room: () => room,
    filled: (byteCount) => take(room.subarray(0, byteCount)),
    write: take,
    release: () => show(held.length - countBegun(held)),
    get isHolding() {
      return held.length > countBegun(held);
    },
    end: () => show(held.length),
  };
}

/** How many of the last bytes may be the start of the word. */
function countBegun(bytes: Buffer): number {
  for (let count = Math.min(WORD.length - 1, bytes.length); count > 0; count -= 1) {
    if (bytes.subarray(-count).equals(Buffer.from(WORD.slice(0, count)))) return count;
  }
  return 0;
}
