import { setImmediate as nextTurn } from "node:timers/promises";

import { findNotedGuard, readNoted } from "../guard/noted-guard.ts";
import type { Step } from "../runner/step.ts";
import { takeReport } from "./take-report.ts";

/** Returns the exit status. */
export async function runPost(step: Step): Promise<number> {
  const found = await findNotedGuard(readNoted(step.environment));
  const taking = takeReport(found, step.environment);
  // The guard is asked by the next turn, and has to write its report, while what makes a page of that takes 100 ms to be loaded.
  await nextTurn();
  const { tellEnd } = await import("./tell-end.ts");
  return tellEnd(step, found, await taking);
}
