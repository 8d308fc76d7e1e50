/** Before the job's steps: starts the guard, or makes one that is there stricter, and waits until it is in force. */
import { writeSync } from "node:fs";

import { runPre } from "./phases/run-pre.ts";
import { createStep } from "./runner/step.ts";

const step = createStep(process.env, (line) => writeSync(1, `${line}\n`));
process.exitCode = await runPre(step, import.meta.dirname);
