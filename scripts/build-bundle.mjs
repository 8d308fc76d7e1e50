/** `npm run build`: makes one of the agent's 900 files what `run` loads in seven. Needs Node.js 24; set-up calls it. */
import { buildBundle } from "./bundle/build-bundle.mjs";
import { checkoutFolder } from "./setup/checkout-folder.mjs";

await buildBundle(checkoutFolder());
