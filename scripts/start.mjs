/** `npm start`: guards the sample job, or `npm start -- COMMAND` the command given. */
import { join } from "node:path";

import { checkoutFolder } from "./setup/checkout-folder.mjs";
import { runInFront } from "./setup/run-in-front.mjs";
import { setUp } from "./setup/set-up.mjs";

const COMMAND_ONLY =
  "npm start takes a command only; for options: bin/runner-guard run --report r.json -- true";

const root = checkoutFolder();
const sampleJob = [join(root, ".node24/node"), join(root, "examples/sample-job/job.mjs")];
const given = process.argv.slice(2);

if (isForGuard(given[0])) {
  console.error(COMMAND_ONLY);
  process.exitCode = 2;
} else if (await setUp(root, { quiet: true })) {
  if (given.length > 0) console.error(describePlace(given.join(" ")));
  const command = given.length > 0 ? given : sampleJob;
  await runInFront([join(root, "bin/runner-guard"), "run", "--", ...command]);
} else {
  process.exitCode = 1;
}

/**
 * The guard's own command line, where a command was to stand.
 *
 * @param {string | undefined} first
 */
function isForGuard(first) {
  return first === "run" || first?.startsWith("-") === true;
}

/**
 * `npm ci` would install the guard's packages anew, and not somebody's own.
 *
 * @param {string} command
 */
function describePlace(command) {
  return `npm start runs this in ${root}, the guard's own checkout; elsewhere: cd there, and ${root}/bin/runner-guard run -- ${command}`;
}
