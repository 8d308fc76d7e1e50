/**
 * `npm run test:kubernetes`: what the collector does in a cluster, tried on Kubernetes' own API server, which is built from Debian's
 * sources the first time. Where that cannot be, this says so and is no failure, but for machines that promise to have everything.
 */
import { join } from "node:path";

import { bringKubernetesPrograms } from "./kubernetes/bring-programs.mjs";
import { createAnnouncer } from "./setup/announcer.mjs";
import { checkoutFolder } from "./setup/checkout-folder.mjs";
import { runInFront } from "./setup/run-in-front.mjs";
import { setUp } from "./setup/set-up.mjs";

const root = checkoutFolder();
const announcer = createAnnouncer({ quiet: true });

if (await setUp(root, { quiet: true })) {
  const brought = await bringKubernetesPrograms(announcer);
  if ("folder" in brought) await runTests(brought.folder);
  else {
    announcer.warn(`not tried on Kubernetes' own API server: ${brought.lacking}`);
    if (process.env["RUNNER_GUARD_TEST_REQUIRE_ALL"] === "1") process.exitCode = 1;
  }
} else {
  process.exitCode = 1;
}

/** @param {string} programs */
function runTests(programs) {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const config = ["--config", join(root, "vitest.kubernetes.config.ts")];
  return runInFront(
    [join(root, ".node24/node"), vitest, "run", ...config, ...process.argv.slice(2)],
    { env: { ...process.env, RUNNER_GUARD_KUBERNETES_PROGRAMS: programs } },
  );
}
