import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";

import { runCommand } from "./run-command.mjs";

/**
 * Takes what is wanted out of a package of Debian's, without installing it.
 *
 * @param {{ packageName: string, paths: string[] }} wanted The last parts of the paths are what they are called.
 * @param {string} folder
 * @returns {Promise<string>} What went wrong; empty: nothing.
 */
export async function unpackPackage({ packageName, paths }, folder) {
  const work = mkdtempSync(join(folder, "work-"));
  const download = () => runCommand(["apt-get", "download", packageName], { cwd: work });
  try {
    let { ok, output } = await download();
    if (!ok) {
      // Fresh images come without package lists. Only root may fetch them.
      await runCommand(["apt-get", "update"]);
      ({ ok, output } = await download());
    }
    const file = readdirSync(work).find((name) => name.endsWith(".deb"));
    if (!ok || file === undefined) return output;
    const unpacked = await runCommand(["dpkg-deb", "--extract", file, "files"], { cwd: work });
    if (!unpacked.ok) return unpacked.output;
    for (const path of paths) {
      const unpackedAt = join(work, "files", path);
      if (!existsSync(unpackedAt)) return `the package ${packageName} has no ${path}`;
      rmSync(join(folder, basename(path)), { recursive: true, force: true });
      renameSync(unpackedAt, join(folder, basename(path)));
    }
    return "";
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
