import type { ProcessRef } from "../observation.ts";
import type { ProcessLibc } from "./process-libc.ts";
import { readProcess } from "./process-table.ts";

/** To this process and none that has got its number since. False where it has ended. */
export function signalExactly(libc: ProcessLibc, ref: ProcessRef, signal: number): boolean {
  using held = libc.hold(ref.pid);
  // Looked at once it is held: if the start is the right one the number cannot come to mean another.
  if (held === undefined || readProcess(ref.pid)?.startTicks !== ref.startTicks) return false;
  return held.signal(signal);
}
