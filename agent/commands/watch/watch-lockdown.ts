import { existsSync } from "node:fs";

import { tryLock } from "../../control/file-lock.ts";
import type { AskedLockdown } from "../../lockdown/asked-lockdown.ts";
import type { MachineLockdown } from "../../lockdown/machine-lockdown.ts";
import { RECORD_DIRECTORY } from "../../lockdown/record-directory.ts";

/** What somebody opens again is open for no longer. */
const REVIEW_MS = 1_000;

export interface WatchLockdown extends Disposable {
  readonly state: MachineLockdown["state"];
  /** From now on: closes what comes, and tells what was opened again. */
  begin(onOpened: (message: string) => void): void;
}

/** In force when this returns; undefined where it is not asked for: then what a guard left that was killed is given back. */
export async function lockForWatch(
  asked: AskedLockdown | undefined,
): Promise<WatchLockdown | undefined> {
  if (asked === undefined && !existsSync(RECORD_DIRECTORY)) return undefined;
  const { lockMachine, unlockMachine } = await import("../../lockdown/machine-lockdown.ts");
  if (asked === undefined) {
    unlockMachine(tryLock);
    return undefined;
  }
  const lockdown = lockMachine(asked, { tryLock });
  let timer: NodeJS.Timeout | undefined;
  return {
    state: () => lockdown.state(),
    begin(onOpened) {
      timer = setInterval(() => {
        for (const message of lockdown.review()) onOpened(message);
      }, REVIEW_MS).unref();
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      lockdown[Symbol.dispose]();
    },
  };
}
