/** A process held by a descriptor, which no other one can be mistaken for once its number is used again (pidfd_open(2)). */
import { closeSync } from "node:fs";

import koffi from "koffi";

/** The same on every architecture; the C library has functions for them only since glibc 2.36. */
const SYS_PIDFD_SEND_SIGNAL = 424;
const SYS_PIDFD_OPEN = 434;

export interface ProcessLibc {
  /** Undefined where there is no such process. */
  hold(pid: number): HeldProcess | undefined;
}

export interface HeldProcess extends Disposable {
  /** Whether it was there and this process may signal it. */
  signal(number: number): boolean;
}

export function loadProcessLibc(): ProcessLibc {
  const call: (number: number, first: number, second: number, third: null, fourth: 0) => number =
    koffi
      .load(null)
      .func("long syscall(long number, long first, long second, void *third, long fourth)");
  return {
    hold(pid) {
      const descriptor = call(SYS_PIDFD_OPEN, pid, 0, null, 0);
      if (descriptor < 0) return undefined;
      return {
        signal: (number) => call(SYS_PIDFD_SEND_SIGNAL, descriptor, number, null, 0) === 0,
        [Symbol.dispose]: () => closeSync(descriptor),
      };
    },
  };
}
