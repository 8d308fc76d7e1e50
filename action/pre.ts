/** Before the job's steps: starts the guard, or makes one that is there stricter, and waits until it is in force. */
import { writeSync } from "node:fs";

import { beginAsRoot } from "./guard/start-as-root.ts";

// Before the rest is loaded: root's program begins meanwhile.
using root = beginAsRoot(import.meta.dirname);
const { runPre } = await import("./phases/run-pre.ts");
const { createStep } = await import("./runner/step.ts");
const step = createStep(process.env, (line) => writeSync(1, `${line}\n`));
process.exitCode = await runPre(step, import.meta.dirname, root);
