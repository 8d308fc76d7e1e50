import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { runCommand } from "./run-command.mjs";

/**
 * One run of the agent, so that its first real one need not strip types and compile: on a runner that lives for one job
 * every run is the first. Tried once: a failure costs 200 ms and 30 MB, and the real run will tell why.
 *
 * @param {string} root
 * @returns {import("./set-up.mjs").Step}
 */
export function createCompileCacheStep(root) {
  const folder = join(root, ".cache/compile");
  return {
    essential: false,
    inspect() {
      const isAgentHere = existsSync(join(root, "agent/start.mjs"));
      return { state: isAgentHere && !existsSync(folder) ? "work" : "ready" };
    },
    async perform(announcer) {
      mkdirSync(folder, { recursive: true });
      const outputs = ["--quiet", "--report", "/dev/null", "--summary", "/dev/null"];
      await announcer.during("compiling the agent", () =>
        runCommand([join(root, "bin/runner-guard"), "run", ...outputs, "--", "true"]),
      );
      return { status: "done" };
    },
  };
}
