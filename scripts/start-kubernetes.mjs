/**
 * `npm run start:kubernetes`: Kubernetes' own API server with an empty fleet of runners in it, and a kubeconfig for it, until Ctrl-C. It has no
 * nodes: pods are what it is told of them.
 */
import { join } from "node:path";

import { bringKubernetesPrograms } from "./kubernetes/bring-programs.mjs";
import { createAnnouncer } from "./setup/announcer.mjs";
import { checkoutFolder } from "./setup/checkout-folder.mjs";
import { runInFront } from "./setup/run-in-front.mjs";

const root = checkoutFolder();
const announcer = createAnnouncer({ quiet: false });
const brought = await bringKubernetesPrograms(announcer);
if ("folder" in brought) {
  await runInFront([
    join(root, ".node24/node"),
    join(root, "test/kubernetes/support/serve.ts"),
    brought.folder,
  ]);
} else {
  announcer.warn(brought.lacking);
  process.exitCode = 1;
}
