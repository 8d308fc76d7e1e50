import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { hashContent } from "../../agent/bundle/find-bundle.mjs";

/**
 * A file that was changed so shortly before it is read may be changed again without another time: the clock of a file system
 * may go by seconds. Its content is compared at each start.
 */
const SETTLED_MS = 2_000;

/**
 * Looked at before it is read: whoever changes it in between changes what is looked at.
 *
 * @param {string} root
 * @param {string} path Below the root.
 * @returns {{ mark: import("../../agent/bundle/find-bundle.mjs").FileMark, content: Buffer }}
 */
export function markFile(root, path) {
  const file = join(root, path);
  const { mtimeMs, ctimeMs, ino } = statSync(file);
  const content = readFileSync(file);
  const isSettled = Date.now() - Math.max(mtimeMs, ctimeMs) > SETTLED_MS;
  const times = isSettled ? /** @type {const} */ ([mtimeMs, ctimeMs, ino]) : UNKNOWN;
  return { mark: [path, content.length, ...times, hashContent(content)], content };
}

const UNKNOWN = /** @type {const} */ ([0, 0, 0]);
