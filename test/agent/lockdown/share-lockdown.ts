/** Closes this machine and gives it back, again and again, and says whether it was closed each time. */
import { statSync } from "node:fs";

import { toLockdownPlaces } from "../../../agent/commands/guarding/lockdown-places.ts";
import { tryLock } from "../../../agent/control/file-lock.ts";
import { lockMachine } from "../../../agent/lockdown/machine-lockdown.ts";

const TIMES = 10;
const SET_USER_ID = 0o4000;

let closed = 0;
for (let time = 0; time < TIMES; time++) {
  const places = toLockdownPlaces();
  using lockdown = lockMachine({ sudo: true, containers: true }, { tryLock, places });
  const isOpen = (statSync("/usr/bin/sudo").mode & SET_USER_ID) !== 0;
  if (lockdown.state().containers === "disabled" && !isOpen) closed += 1;
}
process.stdout.write(closed === TIMES ? "always closed\n" : `closed ${closed} of ${TIMES} times\n`);
