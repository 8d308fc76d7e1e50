/** After the job's steps: has the guard write its report, and makes of it what people read. Guarding goes on. */
import { writeSync } from "node:fs";

import { runPost } from "./phases/run-post.ts";
import { createStep } from "./runner/step.ts";

const step = createStep(process.env, (line) => writeSync(1, `${line}\n`));
process.exitCode = await runPost(step);
