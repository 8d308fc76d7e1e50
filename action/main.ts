/** The step itself: says in five lines what is in force. */
import { writeSync } from "node:fs";

import { runMain } from "./phases/run-main.ts";
import { createStep } from "./runner/step.ts";

const step = createStep(process.env, (line) => writeSync(1, `${line}\n`));
process.exitCode = await runMain(step);
