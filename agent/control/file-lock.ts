/** flock(2), which Node has no function for. The kernel gives the lock back however its holder ends. */
import koffi from "koffi";

/** include/uapi/asm-generic/fcntl.h */
const LOCK_SH = 1;
const LOCK_EX = 2;
const LOCK_NB = 4;

/**
 * Whether this process holds the lock of the open file from now on, until the descriptor is closed: alone, or with others that
 * share it. What it held of it before it may have lost.
 */
export function tryLock(descriptor: number, kind: "alone" | "shared" = "alone"): boolean {
  const flock: (descriptor: number, operation: number) => number = koffi
    .load(null)
    .func("int flock(int descriptor, int operation)");
  return flock(descriptor, (kind === "alone" ? LOCK_EX : LOCK_SH) | LOCK_NB) === 0;
}
