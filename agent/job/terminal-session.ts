/**
 * The guard's terminal while the command has one of its own: raw, so that everything typed reaches the command's, which is
 * set up as the guard's was.
 */
import { isInForeground } from "./foreground.ts";
import type { Outlet } from "./outlet.ts";
import type { TerminalLibc } from "./terminal-libc.ts";

export interface TerminalSession extends Disposable {
  /** What is typed. */
  readonly input: number;
  /** What has to be written for a new line to begin at the left. */
  readonly isRaw: boolean;
  /** It was closed: whoever has it gets the signal for that from the kernel. */
  isHungUp(): boolean;
}

const STDIN = 0;

/** Undefined where stdin is a terminal no more. */
export function createTerminalSession(
  libc: TerminalLibc,
  { source, commandSide }: Pick<Outlet, "source" | "commandSide">,
): TerminalSession | undefined {
  const before = libc.modesOf(STDIN);
  if (before === undefined) return undefined;
  libc.setModes(commandSide, before);
  libc.setModes(STDIN, libc.toRaw(before));
  let isRaw = true;
  return {
    input: STDIN,
    get isRaw() {
      return isRaw;
    },
    isHungUp: () => libc.modesOf(STDIN) === undefined,
    [Symbol.dispose]() {
      if (!isRaw) return;
      isRaw = false;
      // As the command left its own, as if that had been this one. From the background it would stop the guard (SIGTTOU).
      if (isInForeground()) libc.setModes(STDIN, libc.modesOf(source) ?? before);
    },
  };
}
