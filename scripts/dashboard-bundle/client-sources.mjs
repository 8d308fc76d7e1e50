/** What the dashboard's pages are made of, and where they lie once they are made. Set-up asks on Node.js 20. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const CLIENT = "collector/dashboard/client";
/** The collector serves what lies there. */
export const BUILT = "collector/dashboard/dist";
/** Says what the rest was made of. */
export const MANIFEST = `${BUILT}/manifest.json`;

/** Later ones may change what earlier ones say. */
export const STYLES = [
  "node_modules/uplot/dist/uPlot.min.css",
  ...["theme", "base", "frame", "controls", "tables", "panels", "timeline", "pages"].map(
    (name) => `${CLIENT}/styles/${name}.css`,
  ),
];

const FOLDERS = [CLIENT, "scripts/dashboard-bundle"];
/** A package's own tells which version it is. */
const FILES = [
  "collector/visible-text.ts",
  ...["rolldown", "preact", "uplot", "@preact/signals", "@preact/signals-core"].map(
    (name) => `node_modules/${name}/package.json`,
  ),
];

/**
 * A hash of all that the pages are made of.
 *
 * @param {string} root The checkout.
 */
export function hashSources(root) {
  const hash = createHash("sha256");
  for (const path of [
    ...FOLDERS.flatMap((folder) => listFiles(root, folder)),
    ...FILES,
  ].toSorted()) {
    const content = readIfFile(join(root, path));
    if (content !== undefined) hash.update(`${path}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

/**
 * Whether the pages that are there are made of the sources that are there.
 *
 * @param {string} root The checkout.
 */
export function isClientBuilt(root) {
  const manifest = readIfFile(join(root, MANIFEST));
  return manifest !== undefined && JSON.parse(manifest.toString()).sources === hashSources(root);
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function listFiles(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? listFiles(root, path) : [path];
  });
}

/** @param {string} path */
function readIfFile(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "EISDIR") return undefined;
    throw error;
  }
}
