/**
 * `npm run build:release`: makes dist/runner-guard-VERSION and its archive, with both commands standing alone. Needs clang for
 * the kernel sensor's programs, and tar.
 */
import { parseArgs } from "node:util";

import { buildRelease } from "./release/build-release.mjs";
import { checkoutFolder } from "./setup/checkout-folder.mjs";

const root = checkoutFolder();
const { values } = parseArgs({ options: { output: { type: "string" } } });
console.log(`built ${await buildRelease(root, values.output ?? `${root}/dist`)}`);
