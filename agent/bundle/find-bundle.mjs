/**
 * Whether there is a bundle of the agent that was made of exactly the sources that are here. Plain JavaScript with few imports:
 * it runs before anything else, and set-up asks it too, on Node.js 20.
 */
import { readFileSync, statSync } from "node:fs";

/** Below the checkout. */
export const BUNDLES = ".cache/bundle";
export const MANIFEST = `${BUNDLES}/manifest.json`;
const ENTRY = "main.mjs";
/** Changes with what a manifest means: one of another version is none. */
export const VERSION = 1;

/**
 * A file as it was when the bundle was made: what tells that nobody has touched it, and what tells that it is the same
 * nevertheless, as in another copy of the checkout.
 *
 * @typedef {readonly [path: string, size: number, modified: number, changed: number, inode: number, hash: string]} FileMark
 */

/** @typedef {{ version: number, folder: string, sources: readonly FileMark[], files: readonly FileMark[] }} Manifest */

/**
 * @typedef {{ state: "fresh", entry: string, files: readonly string[] }
 *   | { state: "absent" }
 *   | { state: "stale" }
 *   | { state: "broken", what: string }} FoundBundle
 */

/**
 * @param {string} root The checkout, without a slash at its end.
 * @returns {FoundBundle}
 */
export function findBundle(root) {
  const manifest = readManifest(root);
  if (manifest === undefined) return { state: "absent" };
  try {
    if (manifest.version !== VERSION) return { state: "stale" };
    if (manifest.sources.some((mark) => !isUnchanged(root, mark))) return { state: "stale" };
    const broken = manifest.files.find((mark) => !isUnchanged(root, mark));
    if (broken !== undefined) return { state: "broken", what: broken[0] };
    const entry = `${root}/${BUNDLES}/${manifest.folder}/${ENTRY}`;
    return { state: "fresh", entry, files: manifest.files.map(([path]) => path) };
  } catch {
    return { state: "broken", what: MANIFEST };
  }
}

/**
 * @param {string} root
 * @returns {Manifest | undefined}
 */
function readManifest(root) {
  let text;
  try {
    text = readFileSync(`${root}/${MANIFEST}`, "utf8");
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text);
  } catch {
    // As one that it is a file of, of another size.
    return { version: VERSION, folder: "", sources: [], files: [[MANIFEST, -1, 0, 0, 0, ""]] };
  }
}

/**
 * The time of the last change is set by the kernel alone, so that a file that was put in place of another, or was given
 * the other's time, is read.
 *
 * @param {string} root
 * @param {FileMark} mark
 */
function isUnchanged(root, [path, size, modified, changed, inode, hash]) {
  const file = `${root}/${path}`;
  const now = statSync(file, { throwIfNoEntry: false });
  if (now === undefined || now.size !== size) return false;
  if (now.mtimeMs === modified && now.ctimeMs === changed && now.ino === inode) return true;
  return hashContent(readFileSync(file)) === hash;
}

/**
 * The module of Node.js is loaded where it is needed: that takes longer than all else here.
 *
 * @param {Uint8Array} content
 */
export function hashContent(content) {
  return process
    .getBuiltinModule("node:crypto")
    .createHash("sha256")
    .update(content)
    .digest("base64url");
}
