import { existsSync } from "node:fs";

import { tryLock } from "../../control/file-lock.ts";
import type { AskedLockdown } from "../../lockdown/asked-lockdown.ts";
import type { MachineLockdown } from "../../lockdown/machine-lockdown.ts";
import { RECORD_DIRECTORY } from "../../lockdown/record-directory.ts";
import { toLockdownPlaces } from "../guarding/lockdown-places.ts";

/** In force when this returns; undefined where it is not asked for: then what a guard left that was killed is given back. */
export async function lockForWatch(
  asked: AskedLockdown | undefined,
  warn: (message: string) => void,
): Promise<MachineLockdown | undefined> {
  if (asked === undefined && !existsSync(RECORD_DIRECTORY)) return undefined;
  const { lockMachine, unlockMachine } = await import("../../lockdown/machine-lockdown.ts");
  const places = toLockdownPlaces();
  if (asked === undefined) {
    const refusal = unlockMachine({ tryLock, places });
    if (refusal !== undefined)
      warn(`warning: what a guard closed before is not given back: ${refusal}`);
    return undefined;
  }
  return lockMachine(asked, { tryLock, places });
}
