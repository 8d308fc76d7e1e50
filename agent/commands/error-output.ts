/**
 * Standard error. Nothing waits for its reader while the job runs: who stops the reader would stop the guard. What he has not
 * taken waits for him until the end.
 */
import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { isatty } from "node:tty";

import { type Patience, writeAll, writeSome } from "../report/write-parts.ts";
import { createDescriptorOutput, type DescriptorOutput } from "./descriptor-output.ts";
import { toMessage } from "./message.ts";

/** Its disposal is for the end of the guard: gives the reader the time to take what waits. */
export interface ErrorOutput extends DescriptorOutput, Disposable {}

/** More than any summary has. */
const MAX_WAITING_BYTES = 1_048_576;
const RETRY_MS = 100;
const LAST_PATIENCE: Patience = { idleMs: 10_000, wholeMs: 60_000 };
const OWN = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

export function createErrorOutput(
  descriptor: number,
  openStream: () => unknown,
  patience = LAST_PATIENCE,
): ErrorOutput {
  const shared = createDescriptorOutput(descriptor, openStream);
  let opened: number | undefined;
  const open = (): number => (opened ??= openAnew(descriptor));
  const waiting: Buffer[] = [];
  let waitingBytes = 0;
  let missing = 0;
  let timer: NodeJS.Timeout | undefined;

  const takeWaiting = (): Buffer => {
    const bytes = Buffer.concat(waiting.splice(0));
    waitingBytes = 0;
    return bytes;
  };
  const keep = (bytes: Buffer): void => {
    if (bytes.length > 0) waiting.push(bytes);
    waitingBytes += bytes.length;
  };
  const writeWaiting = (): void => {
    timer = undefined;
    const bytes = takeWaiting();
    keep(bytes.subarray(tryWrite(open(), bytes) ?? bytes.length));
    if (waitingBytes > 0) timer = setTimeout(writeWaiting, RETRY_MS).unref();
  };
  const add = (text: string): void => {
    keep(Buffer.from(text));
    if (timer === undefined) writeWaiting();
  };
  const addMissing = (): void => {
    if (missing > 0) add(toMessage(describeMissing(missing)));
    missing = 0;
  };

  // Before anything may stand in the way.
  open();
  return {
    write(text) {
      if (waitingBytes === 0) addMissing();
      // Where some are missing the next ones are too, until they can be told of in their place.
      if (missing > 0 || waitingBytes + Buffer.byteLength(text) > MAX_WAITING_BYTES) missing += 1;
      else add(text);
    },
    [Symbol.dispose]() {
      addMissing();
      clearTimeout(timer);
      timer = undefined;
      try {
        writeAll(open(), takeWaiting(), patience);
      } catch {
        // Nobody reads, or not any more (the pipe's reader is gone, the terminal was closed): there is nobody to tell.
      }
      if (opened !== undefined && opened !== descriptor) closeSync(opened);
      opened = undefined;
    },
    isTTY: shared.isTTY,
    get columns() {
      return shared.columns;
    },
  };
}

function describeMissing(count: number): string {
  return count === 1
    ? "1 message is missing here: nobody read it"
    : `${count} messages are missing here: nobody read them`;
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
