/**
 * Standard error. Nothing waits for whoever reads it while the collector serves: what he has not taken yet waits in memory, what is too much is
 * dropped, and he is told how much as soon as he reads again. At the end he has a moment for the rest.
 */
import { constants, openSync, writeSync } from "node:fs";

export interface ErrorOutput {
  /** A line with its end: returns at once. */
  write(line: string): void;
  /** For the end of the process: gives a reader who still reads the time to take what waits. */
  finish(): void;
}

export interface ErrorOutputOptions {
  /** One that does not block: who writes to a full pipe would wait for its reader. */
  readonly descriptor: number;
  readonly maxWaitingBytes: number;
  /** How long the end waits for a reader that takes nothing, and for one that takes little at a time. */
  readonly idleMs: number;
  readonly wholeMs: number;
}

interface Waiting {
  readonly bytes: Buffer;
  /** How many lines are lost with it. */
  readonly lines: number;
}

const STANDARD_ERROR = 2;
/** What a pipe holds. */
const WRITE_BYTES = 65_536;
/** Whoever empties a pipe each time has more than a megabyte a second. */
const RETRY_MS = 50;
const LAST_RETRY_MS = 5;
const REOPENED = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Of this process. Node.js makes pipes and sockets that do not block; a terminal that was stopped would block, unless it is opened anew. */
export function openStandardError({ isTTY }: { readonly isTTY: boolean }): number {
  if (!isTTY) return STANDARD_ERROR;
  try {
    return openSync(`/proc/self/fd/${STANDARD_ERROR}`, REOPENED);
  } catch {
    // The terminal is another user's.
    return STANDARD_ERROR;
  }
}

export function createErrorOutput(options: ErrorOutputOptions): ErrorOutput {
  const { descriptor, maxWaitingBytes, idleMs, wholeMs } = options;
  let waiting: Waiting[] = [];
  let waitingBytes = 0;
  let dropped = 0;
  let timer: NodeJS.Timeout | undefined;

  const add = (text: string, lines: number): void => {
    const bytes = Buffer.from(text);
    waiting.push({ bytes, lines });
    waitingBytes += bytes.length;
  };
  const addDropped = (): void => {
    if (dropped === 0) return;
    add(
      `runner-guard-collector: ${dropped} lines are missing here: they were not read in time\n`,
      dropped,
    );
    dropped = 0;
  };
  /** How many bytes of it were taken. */
  const writeSome = (): number => {
    const outcome = tryWrite(descriptor, joinFirst(waiting, WRITE_BYTES));
    if (outcome === "lost") {
      dropped += waiting.reduce((sum, { lines }) => sum + lines, 0);
      [waiting, waitingBytes] = [[], 0];
      return 0;
    }
    waiting = withoutFirst(waiting, outcome);
    waitingBytes -= outcome;
    return outcome;
  };
  /** Whether anything was taken. */
  const writeAll = (): boolean => {
    let taken = 0;
    while (waiting.length > 0) {
      const written = writeSome();
      if (written === 0) break;
      taken += written;
      if (waiting.length === 0) addDropped();
    }
    return taken > 0;
  };
  const writeAgain = (): void => {
    timer = undefined;
    writeAll();
    // The end does not wait for it: it has a patience of its own.
    if (waiting.length > 0) timer = setTimeout(writeAgain, RETRY_MS).unref();
  };

  return {
    write(line) {
      if (waitingBytes + Buffer.byteLength(line) > maxWaitingBytes) {
        dropped += 1;
        return;
      }
      if (waiting.length === 0) addDropped();
      add(line, 1);
      if (timer === undefined) writeAgain();
    },
    finish() {
      clearTimeout(timer);
      const end = performance.now() + wholeMs;
      let idleEnd = performance.now() + idleMs;
      while (waiting.length > 0 && performance.now() < Math.min(end, idleEnd)) {
        if (writeAll()) idleEnd = performance.now() + idleMs;
        else pause();
      }
    },
  };
}

function tryWrite(descriptor: number, bytes: Buffer): number | "lost" {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return 0;
    // Nobody reads it any more, or its disk is full.
    return "lost";
  }
}

function joinFirst(waiting: readonly Waiting[], maxBytes: number): Buffer {
  let length = 0;
  const beyond = waiting.findIndex(({ bytes }) => {
    length += bytes.length;
    return length > maxBytes;
  });
  const first = beyond === -1 ? waiting : waiting.slice(0, Math.max(1, beyond));
  return Buffer.concat(first.map(({ bytes }) => bytes));
}

function withoutFirst(waiting: readonly Waiting[], count: number): Waiting[] {
  let left = count;
  const from = waiting.findIndex(({ bytes }) => {
    if (bytes.length > left) return true;
    left -= bytes.length;
    return false;
  });
  const [first, ...rest] = from === -1 ? [] : waiting.slice(from);
  return first === undefined ? [] : [{ ...first, bytes: first.bytes.subarray(left) }, ...rest];
}

/** Nothing else is left to do by now. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAST_RETRY_MS);
}
