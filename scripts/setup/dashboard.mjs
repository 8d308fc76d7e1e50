import { existsSync } from "node:fs";
import { join } from "node:path";

import { CLIENT, isClientBuilt } from "../dashboard-bundle/client-sources.mjs";
import { runCommand } from "./run-command.mjs";

/**
 * What the collector's dashboard is in a browser. Without it the collector serves its API alone.
 *
 * @param {string} root
 * @returns {import("./set-up.mjs").Step}
 */
export function createDashboardStep(root) {
  return {
    essential: false,
    inspect() {
      const isHere = existsSync(join(root, CLIENT));
      return { state: isHere && !isClientBuilt(root) ? "work" : "ready" };
    },
    async perform(announcer) {
      const { ok, output } = await announcer.during("building the dashboard", () =>
        runCommand([join(root, ".node24/node"), join(root, "scripts/build-dashboard.mjs")]),
      );
      if (ok) return { status: "done" };
      return {
        status: "lacking",
        message: `the dashboard cannot be built, so that the collector shows none:\n${output}`,
      };
    },
  };
}
