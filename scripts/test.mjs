/** `npm test`: sets up, then runs vitest with Node.js 24; the counts go to .cache/test-report.json for those who want them. */
import { rmSync } from "node:fs";
import { join } from "node:path";

import { checkoutFolder } from "./setup/checkout-folder.mjs";
import { runInFront } from "./setup/run-in-front.mjs";
import { setUp } from "./setup/set-up.mjs";

const root = checkoutFolder();
const report = join(root, ".cache/test-report.json");
const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];

// A report of an earlier run must not pass for this one's.
rmSync(report, { force: true });
if (await setUp(root, { quiet: true })) {
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
