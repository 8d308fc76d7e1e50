/** One file that is read as it grows. */
import { closeSync, fstatSync, readSync, type Stats, statSync } from "node:fs";

import type { LogText } from "./log-text.ts";
import type { Losses } from "./losses.ts";

export interface FollowedFile extends Disposable {
  isSameAs(stats: Stats): boolean;
  readonly isOpen: boolean;
  /** When it was seen to grow last, by `performance.now()`. */
  readonly grewAtMs: number;
  /** All was read that was there at the last look. */
  readonly isCaughtUp: boolean;
  /** Reads on, and returns how many bytes. Nothing where it is closed. */
  read(maxBytes: number): number;
  /** Gives the descriptor back until it grows. What is begun of the text ends here. */
  close(): void;
  /** With a descriptor of the same file. */
  reopen(descriptor: number): void;
  /** Whether there is more of it, or less, than was read. */
  hasChanged(stats: Stats): boolean;
  unreadBytes(): number;
}

export interface FollowedFileOptions {
  readonly text: LogText;
  readonly losses: Losses;
  /** Shared with others: nothing is kept in it. */
  readonly buffer: Buffer;
  readonly maxBacklogBytes: number;
}

/** How long a text is silent before what is begun of it is looked at. */
const SILENCE_MS = 200;

export function createFollowedFile(
  first: { readonly descriptor: number; readonly stats: Stats },
  { text, losses, buffer, maxBacklogBytes }: FollowedFileOptions,
): FollowedFile {
  let descriptor: number | undefined = first.descriptor;
  let offset = 0;
  let grewAtMs = performance.now();
  let isResting = false;
  let isCaughtUp = false;

  /** Where the file is not what it was. */
  const adjust = (sizeBytes: number): void => {
    if (sizeBytes < offset) {
      // What was written between the last look and the cut is gone.
      losses.add("truncated");
      text.breakOff("anew");
      offset = 0;
    }
    const excessBytes = sizeBytes - offset - maxBacklogBytes;
    if (excessBytes <= 0) return;
    losses.add("skipped", excessBytes);
    text.breakOff("same");
    offset += excessBytes;
  };
  const readPiece = (from: number, maxBytes: number): number => {
    const read = readSync(from, buffer, 0, Math.min(maxBytes, buffer.length), offset);
    if (read === 0) return 0;
    offset += read;
    text.write(buffer.subarray(0, read));
    return read;
  };
  const close = (): void => {
    if (descriptor === undefined) return;
    closeSync(descriptor);
    descriptor = undefined;
    text.breakOff("same");
  };

  return {
    isSameAs({ dev, ino, birthtimeMs, ctimeMs }) {
      if (dev !== first.stats.dev || ino !== first.stats.ino) return false;
      // The number of a file that is gone is given to another, but not while it is open.
      if (descriptor !== undefined || birthtimeMs === first.stats.birthtimeMs) return true;
      // A file that was written in one go has changed last when it was born.
      return birthtimeMs === ctimeMs && !isBirthKnown();
    },
    get isOpen() {
      return descriptor !== undefined;
    },
    get isCaughtUp() {
      return isCaughtUp;
    },
    get grewAtMs() {
      return grewAtMs;
    },
    read(maxBytes) {
      if (descriptor === undefined) return 0;
      adjust(fstatSync(descriptor).size);
      let total = 0;
      while (total < maxBytes) {
        const read = readPiece(descriptor, maxBytes - total);
        if (read === 0) break;
        total += read;
      }
      isCaughtUp = total < maxBytes;
      const now = performance.now();
      if (total > 0) {
        grewAtMs = now;
        isResting = false;
      } else if (!isResting && now - grewAtMs >= SILENCE_MS) {
        isResting = true;
        text.rest();
      }
      return total;
    },
    close,
    reopen(again) {
      descriptor = again;
    },
    hasChanged: ({ size }) => size !== offset,
    unreadBytes: () =>
      descriptor === undefined ? 0 : Math.max(0, fstatSync(descriptor).size - offset),
    [Symbol.dispose]: close,
  };
}

/** Where statx(2) cannot be had Node.js gives the time of the last change for that of birth. procfs keeps none. */
function isBirthKnown(): boolean {
  return statSync("/proc/self/").birthtimeMs === 0;
}
