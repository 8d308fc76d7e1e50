import { tryLock } from "../../control/file-lock.ts";
import { findProgram } from "../../job/find-program.ts";
import type { AskedLockdown } from "../../lockdown/asked-lockdown.ts";
import { planCommandLockdown } from "../../lockdown/command-lockdown.ts";
import type { MachineLockdown } from "../../lockdown/machine-lockdown.ts";
import { lockRootCommand } from "../../lockdown/root-command-lockdown.ts";
import { toLockdownPlaces } from "../guarding/lockdown-places.ts";

const ROOT = 0;

/** To be disposed of when the command has ended. */
export interface RunLockdown extends MachineLockdown {
  /** For the start of the command, which is part of it. */
  readonly gains: { readonly groups?: readonly number[] };
}

interface RunLockdownOptions {
  readonly command: readonly string[];
  /** PATH. */
  readonly searchPath: string | undefined;
}

export function lockForRun(
  asked: AskedLockdown,
  { command, searchPath }: RunLockdownOptions,
): RunLockdown {
  const places = toLockdownPlaces();
  if (process.geteuid?.() === ROOT) {
    const program = toPath(command[0] ?? "", searchPath);
    return { ...lockRootCommand(asked, { program, tryLock, places }), gains: {} };
  }
  const { state, gains } = planCommandLockdown(asked, places);
  return { state: () => state, review: () => [], gains, [Symbol.dispose]: () => undefined };
}

/** One that is not found starts nothing. */
function toPath(program: string, searchPath: string | undefined): string {
  const found = findProgram(program, searchPath);
  return "path" in found ? found.path : program;
}
