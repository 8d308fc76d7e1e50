import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { installWithApt } from "./apt.mjs";
import { findCommand } from "./find-command.mjs";
import { SYSTEM_PACKAGES } from "./system-packages.mjs";

/** @typedef {import("./system-packages.mjs").SystemPackage} SystemPackage */

/** Package lists change over days; asking on every start for what they do not hold would only cost time. */
const ASK_AGAIN_AFTER_MS = 24 * 3600 * 1000;

/**
 * What Debian's packages give. Installed where we may; otherwise named, with what is lost and the
 * command to run.
 *
 * @param {string} root
 * @returns {import("./set-up.mjs").Step}
 */
export function createSystemPackagesStep(root) {
  const memory = join(root, ".cache/setup/unavailable-packages.json");

  return {
    essential: false,
    inspect() {
      const missing = findMissing();
      if (missing.length === 0) return { state: "ready" };
      if (mayInstall() && without(missing, recall(memory)).length > 0) return { state: "work" };
      return { state: "lacking", message: describeLack(missing, recall(memory)) };
    },
    async perform(announcer) {
      const wanted = without(findMissing(), recall(memory)).map(({ name }) => name);
      const result = await announcer.during(
        `installing system packages with apt-get: ${wanted.join(" ")}`,
        () => installWithApt(wanted),
      );
      remember(memory, [...recall(memory), ...result.unavailable]);
      const missing = findMissing();
      if (missing.length === 0) return { status: "done" };
      const explanation = result.failure === "" ? "" : `\napt-get said:\n${result.failure}`;
      return { status: "lacking", message: describeLack(missing, recall(memory)) + explanation };
    },
  };
}

/** @returns {SystemPackage[]} */
function findMissing() {
  return SYSTEM_PACKAGES.filter(({ proof }) =>
    "command" in proof
      ? findCommand(proof.command) === undefined
      : !proof.anyFile.some((path) => existsSync(path)),
  );
}

function mayInstall() {
  return process.geteuid?.() === 0 && findCommand("apt-get") !== undefined;
}

/**
 * @param {SystemPackage[]} packages
 * @param {string[]} names
 */
function without(packages, names) {
  return packages.filter(({ name }) => !names.includes(name));
}

/**
 * @param {SystemPackage[]} missing
 * @param {string[]} unavailable
 */
function describeLack(missing, unavailable) {
  const installable = without(missing, unavailable).map(({ name }) => name);
  const lines = missing.map(
    ({ name, neededFor, without: loss }) =>
      `  ${name} (for ${neededFor}): without it, ${loss}` +
      (unavailable.includes(name) ? "; this system's package lists do not offer it" : ""),
  );
  const command = `sudo apt-get install -y --no-install-recommends ${installable.join(" ")}`;
  return [
    "these system packages are missing:",
    ...lines,
    ...(installable.length > 0 ? [`to install them, run: ${command}`] : []),
  ].join("\n");
}

/**
 * @param {string} memory
 * @returns {string[]} Names of packages that this system was found not to offer.
 */
function recall(memory) {
  try {
    const { names, at } = JSON.parse(readFileSync(memory, "utf8"));
    const age = Date.now() - at;
    return age >= 0 && age < ASK_AGAIN_AFTER_MS ? names : [];
  } catch {
    return [];
  }
}

/**
 * @param {string} memory
 * @param {string[]} names
 */
function remember(memory, names) {
  if (names.length === 0) return;
  mkdirSync(dirname(memory), { recursive: true });
  writeFileSync(memory, JSON.stringify({ names, at: Date.now() }));
}
