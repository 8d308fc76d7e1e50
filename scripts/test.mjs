/** `npm test`: sets up, then runs vitest with Node.js 24; the counts go to .cache/test-report.json for those who want them. */
import { accessSync, constants, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

import { checkoutFolder } from "./setup/checkout-folder.mjs";
import { ownerAdvice } from "./setup/owner-advice.mjs";
import { runInFront } from "./setup/run-in-front.mjs";
import { setUp } from "./setup/set-up.mjs";

const root = checkoutFolder();
const report = join(root, ".cache/test-report.json");
const reporters = [
  "--reporter=default",
  `--reporter=${join(root, "test/support/unsteady-reporter.ts")}`,
  "--reporter=json",
  `--outputFile.json=${report}`,
];

if (makeWayFor(report) && (await setUp(root, { quiet: true }))) {
  await runInFront([
    join(root, ".node24/node"),
    join(root, "node_modules/vitest/vitest.mjs"),
    "run",
    ...reporters,
    ...process.argv.slice(2),
  ]);
} else {
  process.exitCode = 1;
}

/**
 * A report of an earlier run must not pass for this one's.
 *
 * @param {string} path
 * @returns {boolean} Whether a new one can be written there; if not, that has been said.
 */
function makeWayFor(path) {
  try {
    mkdirSync(dirname(path), { recursive: true });
    accessSync(dirname(path), constants.W_OK);
    rmSync(path, { force: true });
    return true;
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    console.error(`npm test cannot write its report: ${error.message}${ownerAdvice(error)}`);
    return false;
  }
}
