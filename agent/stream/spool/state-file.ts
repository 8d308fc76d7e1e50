/** Where a run stands, in a file that is written over again and again: small enough to be written whole. */
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { guessJumps } from "../settle-position.ts";
import type { Position } from "./batch-store.ts";

export interface StateFile extends Disposable {
  /** As a guard before left it. */
  readonly position: Position | undefined;
  readonly told: number;
  notePosition(position: Position): void;
  /** At once for the first of them, and for those that come right after within 20 ms. */
  noteTold(told: number): void;
}

const positionSchema = z.object({
  runId: z.string().max(128),
  acknowledged: z.int().nonnegative(),
  toEvent: z.int().nonnegative(),
  sending: z
    .object({
      count: z.int().positive(),
      toEvent: z.int().nonnegative(),
      isWaiting: z.boolean(),
    })
    .optional(),
});

/** A block of a disk, of which a write is whole or not there. */
const BYTES = 512;
const TOLD_AT = BYTES;
const TOLD_BYTES = 32;
const NOTE_EVERY_MS = 20;

export function createStateFile(directory: string): StateFile {
  const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
  const descriptor = openSync(join(directory, "state"), O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
  const before = readText(descriptor, 0, BYTES);
  let told = Number(readText(descriptor, TOLD_AT, TOLD_BYTES)) || 0;
  let written = told;
  let timer: NodeJS.Timeout | undefined;
  const writeTold = (): void => {
    if (told === written) return;
    written = told;
    write(descriptor, String(told).padEnd(TOLD_BYTES), TOLD_AT);
  };
  const rest = (): void => {
    timer = undefined;
    writeTold();
  };
  return {
    position: parse(before),
    told,
    notePosition(position) {
      write(descriptor, JSON.stringify({ ...position, jumps: undefined }).padEnd(BYTES), 0);
    },
    noteTold(count) {
      told = count;
      if (timer !== undefined) return;
      writeTold();
      timer = setTimeout(rest, NOTE_EVERY_MS).unref();
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      writeTold();
      closeSync(descriptor);
    },
  };
}

function readText(descriptor: number, at: number, bytes: number): string {
  const buffer = Buffer.alloc(bytes);
  return buffer.toString("utf8", 0, readSync(descriptor, buffer, 0, bytes, at)).trim();
}

/** A disk that is full has room for what is written over; one that is broken is told of by what is kept on it. */
function write(descriptor: number, text: string, at: number): void {
  try {
    writeSync(descriptor, text, at);
  } catch {
    // The collector is asked where it stands in any case.
  }
}

function parse(text: string): Position | undefined {
  try {
    const { sending, ...position } = positionSchema.parse(JSON.parse(text));
    return { ...position, sending, jumps: guessJumps(position) };
  } catch {
    return undefined;
  }
}
