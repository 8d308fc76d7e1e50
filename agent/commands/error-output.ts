/**
 * Standard error. Nothing waits for its reader while the job runs: who stops the reader would stop the guard. What he has not
 * taken waits for him until the end.
 */
import { constants, fstatSync, openSync } from "node:fs";
import { isatty } from "node:tty";

import { writeAll, writeSome } from "../report/write-parts.ts";
import { createDescriptorOutput, type DescriptorOutput } from "./descriptor-output.ts";
import { toMessage } from "./message.ts";

export interface ErrorOutput extends DescriptorOutput {
  /** For the end of the guard: gives the reader the time to take what waits. */
  finish(): void;
}

/** More than any summary has. */
const MAX_WAITING_BYTES = 1_048_576;
const RETRY_MS = 100;
/** For a reader who takes nothing at all. */
const LAST_PATIENCE_MS = 10_000;
const OWN = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

export function createErrorOutput(descriptor: number, openStream: () => unknown): ErrorOutput {
  const shared = createDescriptorOutput(descriptor, openStream);
  const own = openAnew(descriptor);
  let waiting = Buffer.alloc(0);
  let missing = 0;
  let timer: NodeJS.Timeout | undefined;

  const writeWaiting = (): void => {
    timer = undefined;
    waiting = waiting.subarray(tryWrite(own, waiting) ?? waiting.length);
    if (waiting.length > 0) timer = setTimeout(writeWaiting, RETRY_MS).unref();
  };
  const add = (text: string): void => {
    waiting = Buffer.concat([waiting, Buffer.from(text)]);
    if (timer === undefined) writeWaiting();
  };
  const addMissing = (): void => {
    if (missing > 0) add(toMessage(`${missing} messages are missing here: nobody read them`));
    missing = 0;
  };

  return {
    write(text) {
      if (waiting.length + Buffer.byteLength(text) > MAX_WAITING_BYTES) {
        missing += 1;
        return;
      }
      if (waiting.length === 0) addMissing();
      add(text);
    },
    finish() {
      clearTimeout(timer);
      addMissing();
      try {
        writeAll(own, waiting, LAST_PATIENCE_MS);
      } catch {
        // Nobody reads, or not any more (the pipe's reader is gone, the terminal was closed): there is nobody to tell.
      }
      waiting = Buffer.alloc(0);
    },
    isTTY: shared.isTTY,
    get columns() {
      return shared.columns;
    },
  };
}

/** Undefined where nobody reads any more. */
function tryWrite(descriptor: number, bytes: Buffer): number | undefined {
  try {
    return writeSome(descriptor, bytes);
  } catch {
    return undefined;
  }
}

/**
 * To not block is of the opening, which everybody has who was given the descriptor: the command would see its writes fail. Files take
 * everything at once, and sockets cannot be opened.
 */
function openAnew(descriptor: number): number {
  try {
    if (!isatty(descriptor) && !fstatSync(descriptor).isFIFO()) return descriptor;
    return openSync(`/proc/self/fd/${descriptor}`, OWN);
  } catch {
    // It is closed or another user's, or its reader has gone.
    return descriptor;
  }
}
