/**
 * `npm run test:arm64`: the agent of a release for arm64, on any machine. Where Debian's emulator cannot be had, this says so and is
 * no failure, but for machines that promise to have everything.
 */
import { join } from "node:path";

import { bringArm64Machine } from "./release/bring-arm64-machine.mjs";
import { bringArm64 } from "./release/bring-arm64.mjs";
import { createAnnouncer } from "./setup/announcer.mjs";
import { checkoutFolder } from "./setup/checkout-folder.mjs";
import { runInFront } from "./setup/run-in-front.mjs";
import { setUp } from "./setup/set-up.mjs";

const root = checkoutFolder();

if (await setUp(root, { quiet: true })) {
  const processor = await bringArm64(root);
  const whole = await bringArm64Machine();
  const lacking = [processor, whole].flatMap((one) => ("lacking" in one ? [one.lacking] : []));
  if ("node" in processor && "machine" in whole) await runTests({ ...processor, ...whole });
  else {
    createAnnouncer({ quiet: true }).warn(`not tried for arm64: ${lacking.join("\n")}`);
    if (process.env["RUNNER_GUARD_TEST_REQUIRE_ALL"] === "1") process.exitCode = 1;
  }
} else {
  process.exitCode = 1;
}

/** @param {object} brought */
function runTests(brought) {
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const config = ["--config", join(root, "vitest.arm64.config.ts")];
  return runInFront(
    [join(root, ".node24/node"), vitest, "run", ...config, ...process.argv.slice(2)],
    { env: { ...process.env, RUNNER_GUARD_ARM64: JSON.stringify(brought) } },
  );
}
