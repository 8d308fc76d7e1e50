import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * In the place of what was there. Whoever looks meanwhile finds the old one or the new one, and for a moment none.
 *
 * @param {string} folder
 * @param {import("./release-files.mjs").ReleaseFiles} files
 */
export function writeFolder(folder, files) {
  const fresh = `${folder}.${process.pid}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  for (const [path, { content, isProgram }] of files) {
    const file = join(fresh, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content, { mode: isProgram ? 0o755 : 0o644 });
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}
