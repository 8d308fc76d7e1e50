import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

import { runCommand } from "../setup/run-command.mjs";

/** The second works everywhere, and copies all files for each layer. */
const DRIVERS = ["overlay", "vfs"];

/**
 * @typedef {object} Storage Images and containers of ours alone, apart from those of the machine's users.
 * @property {string} home
 * @property {(args: readonly string[]) => Promise<import("../setup/run-command.mjs").CommandResult>} buildah
 * @property {(args: readonly string[]) => string} read All that it prints. Throws where it fails.
 */

/** Beside no checkout, for all of them. */
export function findImageHome() {
  const { RUNNER_GUARD_IMAGE_CACHE: own, XDG_CACHE_HOME: cache } = process.env;
  return own || join(cache || join(homedir(), ".cache"), "runner-guard", "image");
}

/** @returns {Promise<Storage | { failure: string }>} */
export async function openStorage() {
  const home = findImageHome();
  let failure = "";
  for (const driver of DRIVERS) {
    const storage = toStorage(home, driver);
    const { ok, output } = await storage.buildah(["images", "--quiet"]);
    if (ok) return storage;
    failure = output;
  }
  return { failure };
}

/**
 * @param {string} home
 * @param {string} driver
 * @returns {Storage}
 */
function toStorage(home, driver) {
  const places = ["root", "run"].map((name) => join(home, driver, name));
  for (const place of places) mkdirSync(place, { recursive: true });
  const [root = "", run = ""] = places;
  const global = ["--root", root, "--runroot", run, "--storage-driver", driver];
  return {
    home: join(home, driver),
    buildah: (args) => runCommand(["buildah", ...global, ...args]),
    read(args) {
      const { status, stdout, stderr } = spawnSync("buildah", [...global, ...args], {
        encoding: "utf8",
      });
      if (status !== 0) throw new Error(`buildah ${args.join(" ")}: ${stderr}`);
      return stdout;
    },
  };
}

/**
 * Containers that were killed with the process that made them.
 *
 * @param {Storage} storage
 */
export async function removeLeftOvers({ buildah, home }) {
  await buildah(["rm", "--all"]);
  await buildah(["rmi", "--prune"]);
  rmSync(join(home, "work"), { recursive: true, force: true });
}
