import { writeSync } from "node:fs";

/** Many parts make one write, for an entry of a report is short. */
const WRITE_CHARACTERS = 65_536;
/** Short beside what a reader takes to empty a pipe, long beside what a look costs. */
const PAUSE_MS = 5;

export interface Patience {
  /** With a reader who takes nothing at all. */
  readonly idleMs: number;
  /** With one who takes a byte now and then. */
  readonly wholeMs: number;
}

/** Throws when a descriptor that does not block takes nothing for `patienceMs`; others may block without end. */
export function writeParts(descriptor: number, parts: Iterable<string>, patienceMs = 0): void {
  const patience = { idleMs: patienceMs, wholeMs: Infinity };
  let waiting = "";
  for (const part of parts) {
    waiting += part;
    if (waiting.length < WRITE_CHARACTERS) continue;
    writeAll(descriptor, Buffer.from(waiting), patience);
    waiting = "";
  }
  writeAll(descriptor, Buffer.from(waiting), patience);
}

/** How many bytes were taken: none by a reader who does not read, where the descriptor does not block. */
export function writeSome(descriptor: number, bytes: Buffer, offset = 0): number {
  try {
    return writeSync(descriptor, bytes, offset);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return 0;
    throw error;
  }
}

/** As `writeParts`, and throws when all of it takes longer than it may. */
export function writeAll(descriptor: number, bytes: Buffer, { idleMs, wholeMs }: Patience): void {
  let written = 0;
  const end = performance.now() + wholeMs;
  let idleEnd = performance.now() + idleMs;
  while (written < bytes.length) {
    const count = writeSome(descriptor, bytes, written);
    written += count;
    const now = performance.now();
    if (count > 0) idleEnd = now + idleMs;
    else if (now >= idleEnd) {
      throw new Error(`whoever reads it took nothing for ${idleMs / 1000} s`);
    } else pause();
    if (now >= end) throw new Error(`whoever reads it did not take all in ${wholeMs / 1000} s`);
  }
}

/** The guard has nothing else to do by now, and a report is written in one go. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
