import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import { runCommand } from "./run-command.mjs";

/**
 * node_modules as package-lock.json wants it. The stamp lies inside node_modules, which `npm ci`
 * empties first: a broken-off installation leaves none behind.
 *
 * @param {string} root
 * @returns {import("./set-up.mjs").Step}
 */
export function createNpmDependenciesStep(root) {
  const stamp = join(root, "node_modules/.runner-guard-setup");
  const wanted = hashLock(root);

  return {
    essential: true,
    inspect: () => ({ state: readStamp(stamp) === wanted ? "ready" : "work" }),
    async perform(announcer) {
      const { ok, output } = await announcer.during(
        "installing the npm dependencies (npm ci --ignore-scripts)",
        () => installDependencies(root),
      );
      if (!ok) {
        return {
          status: "failed",
          message: `The npm dependencies could not be installed: npm ci --ignore-scripts failed in ${root}. npm said:\n${output}`,
        };
      }
      writeFileSync(stamp, wanted);
      return { status: "done" };
    },
  };
}

/**
 * Run by Node 24, so that what npm picks by version fits what will run it; with the development
 * dependencies, whatever NODE_ENV says, because the tests are run from here too.
 *
 * @param {string} root
 */
function installDependencies(root) {
  return runCommand(
    [
      "npm",
      "ci",
      "--ignore-scripts",
      "--include=dev",
      "--include=optional",
      "--no-audit",
      "--no-fund",
    ],
    {
      cwd: root,
      env: { ...process.env, PATH: [join(root, ".node24"), process.env["PATH"]].join(delimiter) },
    },
  );
}

/** @param {string} root */
function hashLock(root) {
  const lock = readFileSync(join(root, "package-lock.json"));
  return createHash("sha256").update(lock).update(process.arch).digest("hex");
}

/** @param {string} path */
function readStamp(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
