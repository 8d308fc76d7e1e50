import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @typedef {{ readonly content: Buffer, readonly isProgram: boolean }} ReleaseFile */

/** @typedef {Map<string, ReleaseFile>} ReleaseFiles By their paths below the folder that they make. */

/**
 * @param {ReleaseFiles} files
 * @param {string} to
 * @param {string} text
 */
export function addText(files, to, text) {
  files.set(to, { content: Buffer.from(text), isProgram: false });
}

/**
 * @param {ReleaseFiles} files
 * @param {string} to
 * @param {string} from
 */
export function addCopy(files, to, from) {
  // Nothing else is started by its path, whatever its mode was; and a mode is no part of a checkout that was copied.
  const isProgram = to.startsWith("bin/") || to.endsWith(".sh");
  files.set(to, { content: readFileSync(from), isProgram });
}

/**
 * With what is in folders of it, at the same place.
 *
 * @param {ReleaseFiles} files
 * @param {string} root The checkout.
 * @param {string} folder Below it.
 */
export function addFolder(files, root, folder) {
  for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    addCopy(files, path.slice(root.length + 1), path);
  }
}
