/** `npm start`: guards the sample job, or `npm start -- COMMAND` the command given. */
import { join } from "node:path";

import { checkoutFolder } from "./setup/checkout-folder.mjs";
import { runInFront } from "./setup/run-in-front.mjs";
import { setUp } from "./setup/set-up.mjs";

const root = checkoutFolder();
const sampleJob = [join(root, ".node24/node"), join(root, "examples/sample-job/job.mjs")];

if (await setUp(root, { quiet: true })) {
  const given = process.argv.slice(2);
  const command = given.length > 0 ? given : sampleJob;
  await runInFront([join(root, "bin/runner-guard"), "run", "--", ...command]);
} else {
  process.exitCode = 1;
}
