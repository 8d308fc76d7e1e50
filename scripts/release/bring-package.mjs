import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";

import { runCommand } from "../setup/run-command.mjs";
import { findCacheFolder } from "./cache-folder.mjs";

/**
 * A package of exactly the version and content that package-lock.json names, also one that is for another processor: npm
 * installs none of those. Its scripts do not run.
 *
 * @param {string} root The checkout.
 * @param {string} name
 * @param {string} [lock] Where it is named.
 * @returns {Promise<string>} Where it is unpacked.
 */
export async function bringPackage(root, name, lock = "package-lock.json") {
  const installed = join(root, "node_modules", name);
  if (existsSync(join(installed, "package.json"))) return installed;
  const { version, integrity } = readLocked(join(root, lock), name);
  const packages = join(findCacheFolder(), "packages");
  const folder = join(packages, `${name.replaceAll("/", "-")}-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(packages, { recursive: true });
  // Beside the folder that it is to become, so that it appears there as a whole.
  const work = mkdtempSync(join(packages, "work-"));
  try {
    await unpack({ specifier: `${name}@${version}`, integrity, work });
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(work, "package"), folder);
    return folder;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {string} lock
 * @param {string} name
 * @returns {{ version: string, integrity: string }}
 */
function readLocked(lock, name) {
  const { packages } = JSON.parse(readFileSync(lock, "utf8"));
  const locked = packages[`node_modules/${name}`];
  if (locked === undefined) throw new Error(`${lock} has no ${name}`);
  return locked;
}

/** @param {{ specifier: string, integrity: string, work: string }} wanted */
async function unpack({ specifier, integrity, work }) {
  const packed = await runCommand(["npm", "pack", "--ignore-scripts", "--silent", specifier], {
    cwd: work,
  });
  const archive = readdirSync(work).find((file) => file.endsWith(".tgz"));
  if (!packed.ok || archive === undefined) {
    throw new Error(`npm could not bring ${specifier}: ${packed.output}`);
  }
  const content = readFileSync(join(work, archive));
  if (`sha512-${createHash("sha512").update(content).digest("base64")}` !== integrity) {
    throw new Error(`${specifier} is not what package-lock.json names: its integrity differs`);
  }
  const { ok, output } = await runCommand(["tar", "-xzf", archive], { cwd: work });
  if (!ok) throw new Error(`${specifier} cannot be unpacked: ${output}`);
}
