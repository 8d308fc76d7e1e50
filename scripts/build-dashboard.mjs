/** `npm run build:dashboard`: makes what the collector's dashboard is in a browser. Needs Node.js 24; set-up calls it. */
import { gzipSync } from "node:zlib";

import { buildClient } from "./dashboard-bundle/build-client.mjs";
import { checkoutFolder } from "./setup/checkout-folder.mjs";

for (const { name, content } of await buildClient(checkoutFolder())) {
  console.log(`${String(gzipSync(content).length).padStart(7)} bytes packed  ${name}`);
}
