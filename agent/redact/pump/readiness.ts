/**
 * Whether a descriptor can be read or written at once, from poll(2): it leaves alone whether the descriptor blocks, which
 * is a matter of everybody who shares it.
 */
import { closeSync, readSync, writeSync } from "node:fs";

import koffi from "koffi";

export interface Readiness extends Disposable {
  /** Without waiting. */
  look(wanted: Wanted): Ready;
  /** Returns when something of it is so, when `wake` is called, or at that time of `performance.now`. */
  wait(wanted: Wanted, until: number): Promise<Ready>;
  /** Ends the wait that is under way, or else the next one. */
  wake(): void;
}

export type Wanted = "input" | "output";

export interface Ready {
  /** There are bytes, an end or an error to be read. */
  readonly isReadable: boolean;
  readonly isWritable: boolean;
  /** Nobody will ever read what is written. */
  readonly isReaderGone: boolean;
}

/** include/uapi/asm-generic/poll.h */
const POLLIN = 0x1;
const POLLOUT = 0x4;
const POLLERR = 0x8;
const POLLHUP = 0x10;
/** include/uapi/linux/eventfd.h: EFD_CLOEXEC and EFD_NONBLOCK. */
const EVENT_FLAGS = 0x8_0000 | 0x800;
const ONE = new BigUint64Array([1n]);
/** A struct pollfd: the descriptor, what is asked, what is so. */
const ENTRY = { size: 8, asked: 4, found: 6 };
const AT = { input: 0, output: ENTRY.size, waker: 2 * ENTRY.size };
/** Instead of a descriptor: poll(2) passes over it. What hung up is told also where nothing is asked of it. */
const NOBODY = -1;
/** What looks without waiting does not care about the last, the waker. */
const ALL = 3;
const WITHOUT_WAKER = 2;

export function createReadiness(input: number, output: number): Readiness {
  const { poll, eventfd } = bind();
  const waker = eventfd(0, EVENT_FLAGS);
  if (waker < 0) throw new Error("no descriptor is left to wait for redacted output with");
  const entries = Buffer.alloc(ALL * ENTRY.size);
  entries.writeInt32LE(output, AT.output);
  entries.writeInt32LE(waker, AT.waker);
  entries.writeInt16LE(POLLIN, AT.waker + ENTRY.asked);
  const address = koffi.address(entries);

  const ask = (wanted: Wanted): void => {
    // An input that has ended would keep who waits for the output awake.
    entries.writeInt32LE(wanted === "input" ? input : NOBODY, AT.input);
    entries.writeInt16LE(POLLIN, AT.input + ENTRY.asked);
    entries.writeInt16LE(wanted === "output" ? POLLOUT : 0, AT.output + ENTRY.asked);
    entries.writeInt16LE(0, AT.waker + ENTRY.found);
  };
  const toReady = (count: number): Ready => {
    // A failed call, as one that a signal interrupts, leaves what an earlier one found.
    if (count <= 0) return { isReadable: false, isWritable: false, isReaderGone: false };
    const ofInput = entries.readInt16LE(AT.input + ENTRY.found);
    const ofOutput = entries.readInt16LE(AT.output + ENTRY.found);
    return {
      isReadable: ofInput !== 0,
      isWritable: (ofOutput & POLLOUT) !== 0,
      isReaderGone: (ofOutput & (POLLERR | POLLHUP)) !== 0,
    };
  };
  return {
    look(wanted) {
      ask(wanted);
      return toReady(poll(address, WITHOUT_WAKER, 0));
    },
    async wait(wanted, until) {
      ask(wanted);
      const { promise, resolve } = Promise.withResolvers<number>();
      poll.async(address, ALL, toTimeout(until), (_error, count) => resolve(count));
      const ready = toReady(await promise);
      if (entries.readInt16LE(AT.waker + ENTRY.found) !== 0) readSync(waker, new BigUint64Array(1));
      return ready;
    },
    wake() {
      writeSync(waker, ONE);
    },
    [Symbol.dispose]() {
      closeSync(waker);
    },
  };
}

/** As poll(2) takes it: milliseconds, not less than is meant, and -1 for no end. */
function toTimeout(until: number): number {
  return until === Number.POSITIVE_INFINITY
    ? -1
    : Math.max(0, Math.ceil(until - performance.now()));
}

interface Poll {
  (entries: bigint, count: number, timeoutMs: number): number;
  async(
    entries: bigint,
    count: number,
    timeoutMs: number,
    callback: (error: unknown, result: number) => void,
  ): void;
}

function bind(): { poll: Poll; eventfd: (count: number, flags: number) => number } {
  const library = koffi.load(null);
  return {
    poll: library.func("int poll(uintptr_t entries, unsigned long count, int timeout)"),
    eventfd: library.func("int eventfd(unsigned int count, int flags)"),
  };
}
