import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";

import { findBundle } from "../../agent/bundle/find-bundle.mjs";
import { runCommand } from "./run-command.mjs";

/**
 * What `run` loads in a few files instead of some 600. Without it the agent runs its sources, and starts later.
 *
 * @param {string} root
 * @returns {import("./set-up.mjs").Step}
 */
export function createAgentBundleStep(root) {
  return {
    essential: false,
    inspect() {
      const isAgentHere = existsSync(join(root, "agent/main.ts"));
      return { state: isAgentHere && findBundle(root).state !== "fresh" ? "work" : "ready" };
    },
    async perform(announcer) {
      const { ok, output } = await announcer.during("bundling the agent", () =>
        runCommand([join(root, ".node24/node"), join(root, "scripts/build-bundle.mjs")]),
      );
      if (!ok) {
        return {
          status: "lacking",
          message: `the agent cannot be bundled, so that it takes longer to start:\n${output}`,
        };
      }
      // Holds compiled code of what was before.
      rmSync(join(root, ".cache/compile"), { recursive: true, force: true });
      return { status: "done" };
    },
  };
}
