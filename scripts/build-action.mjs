/**
 * `npm run build:action`: makes dist/ of the checkout, which is what the GitHub Action runs. Needs Node.js 24, and clang for
 * the kernel sensor's programs.
 */
import { parseArgs } from "node:util";

import { buildAction } from "./release/build-action.mjs";
import { checkoutFolder } from "./setup/checkout-folder.mjs";

const root = checkoutFolder();
const { values } = parseArgs({ options: { output: { type: "string" } } });
await buildAction(root, values.output ?? `${root}/dist`);
