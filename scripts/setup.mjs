/**
 * Brings everything that a checkout needs: Node.js 24, the npm dependencies, system packages, the
 * kernel sensor's program. Runs on Node.js 20 with nothing installed. A second run finds all there
 * and does nothing.
 */
import { parseArgs } from "node:util";

import { checkoutFolder } from "./setup/checkout-folder.mjs";
import { setUp } from "./setup/set-up.mjs";

const USAGE = "usage: node scripts/setup.mjs [--quiet] [--require-all]";

const options = readOptions();
if (options === undefined) process.exitCode = 2;
else process.exitCode = (await setUp(checkoutFolder(), options)) ? 0 : 1;

/** @returns {{ quiet: boolean, requireAll: boolean } | undefined} */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: { quiet: { type: "boolean" }, "require-all": { type: "boolean" } },
    });
    return { quiet: values.quiet === true, requireAll: values["require-all"] === true };
  } catch (error) {
    console.error(`set-up: ${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return undefined;
  }
}
