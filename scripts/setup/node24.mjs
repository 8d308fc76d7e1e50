import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join, relative, sep } from "node:path";

import { runCommand } from "./run-command.mjs";

const MINIMUM_MAJOR = 24;

/**
 * `.node24/node`, a link to the Node.js that runs everything here: the machine's own where it is
 * new enough, else one from the npm registry (packages of the binary, without an install script),
 * pinned with its integrity by scripts/node24/package-lock.json.
 *
 * @param {string} root
 * @returns {import("./set-up.mjs").Step}
 */
export function createNode24Step(root) {
  const folder = join(root, ".node24");
  const link = join(folder, "node");
  const pinned = readPinnedVersion(root);

  return {
    essential: true,
    inspect: () => ({ state: isInForce(link, pinned) ? "ready" : "work" }),
    async perform(announcer) {
      mkdirSync(folder, { recursive: true });
      if (isMachinesOwnNewEnough(folder)) {
        replaceLink(link, realpathSync(process.execPath));
        announcer.say(`using this machine's Node.js ${process.version}`);
        return { status: "done" };
      }
      const packageName = `node-linux-${process.arch}`;
      const result = await announcer.during(
        `Node.js here is ${process.version}; bringing ${pinned} from the npm registry into .node24/`,
        () => install(root, folder, pinned),
      );
      const binary = join(folder, pinned, "node_modules", packageName, "bin/node");
      if (!existsSync(binary))
        return { status: "failed", message: explain(packageName, pinned, result) };
      replaceLink(link, relative(folder, binary));
      if (isInForce(link, pinned)) return { status: "done" };
      return {
        status: "failed",
        message: `The Node.js that ${packageName} ${pinned} brought does not start on this machine.`,
      };
    },
  };
}

/** @param {string} root */
function readPinnedVersion(root) {
  const manifest = JSON.parse(readFileSync(join(root, "scripts/node24/package.json"), "utf8"));
  return String(manifest.optionalDependencies[`node-linux-${process.arch}`] ?? "24");
}

/**
 * One that we installed must be the pinned version, so that moving the pin takes effect; the
 * machine's own only new enough.
 *
 * @param {string} link
 * @param {string} pinned
 */
function isInForce(link, pinned) {
  if (!existsSync(link)) return false;
  const version = spawnSync(link, ["--version"], { encoding: "utf8" }).stdout?.trim() ?? "";
  const isOurs = !readlinkSync(link).startsWith(sep);
  return isOurs ? version === `v${pinned}` : majorOf(version) >= MINIMUM_MAJOR;
}

/** @param {string} folder */
function isMachinesOwnNewEnough(folder) {
  const isOurs = realpathSync(process.execPath).startsWith(realpathSync(folder) + sep);
  return !isOurs && majorOf(process.version) >= MINIMUM_MAJOR;
}

/** @param {string} version */
function majorOf(version) {
  return Number(/^v(\d+)\./.exec(version)?.[1] ?? 0);
}

/**
 * Beside its final place, then moved there: a half-made installation is never used.
 *
 * @param {string} root
 * @param {string} folder
 * @param {string} version
 */
async function install(root, folder, version) {
  const staging = join(folder, ".installing");
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging);
  for (const name of ["package.json", "package-lock.json"]) {
    copyFileSync(join(root, "scripts/node24", name), join(staging, name));
  }
  const result = await runCommand(
    ["npm", "ci", "--ignore-scripts", "--include=optional", "--no-audit", "--no-fund"],
    { cwd: staging },
  );
  if (result.ok) {
    rmSync(join(folder, version), { recursive: true, force: true });
    renameSync(staging, join(folder, version));
  } else {
    rmSync(staging, { recursive: true, force: true });
  }
  return result;
}

/**
 * @param {string} link
 * @param {string} target
 */
function replaceLink(link, target) {
  const fresh = `${link}.new`;
  rmSync(fresh, { force: true });
  symlinkSync(target, fresh);
  renameSync(fresh, link);
}

/**
 * npm leaves out an optional package that it could not fetch without calling that a failure, hence
 * the sentence for both.
 *
 * @param {string} packageName
 * @param {string} version
 * @param {import("./run-command.mjs").CommandResult} result
 */
function explain(packageName, version, { output }) {
  return [
    `Node.js ${MINIMUM_MAJOR} or newer is needed, this machine has ${process.version}, and npm could not bring ${packageName} ${version}.`,
    "Check that npm reaches its registry (npm ping), or install Node.js 24 yourself; then try again. npm said:",
    output || "(nothing)",
  ].join("\n");
}
