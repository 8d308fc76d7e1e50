import { loadJobLibc } from "./libc.ts";
import { type SignalName, toSignalNumber } from "./signal-name.ts";

const SHELL_STATUS_BASE = 128;

/**
 * Ends this process by the signal that ended the command, so that its parent sees the same. Whatever handled the signal
 * so far is taken off, and no core is dumped: the command has left one if it was to, and the guard's has secrets in it.
 * Nothing of this ends the first process of a pid namespace: there it returns the exit status that a shell would show.
 */
export function endBySignal(signal: SignalName): number {
  const number = toSignalNumber(signal);
  const libc = loadJobLibc();
  libc.forbidCoreDump();
  libc.resetSignal(number);
  process.kill(process.pid, number);
  return SHELL_STATUS_BASE + number;
}
