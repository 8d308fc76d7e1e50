import { readFileSync } from "node:fs";
import { join } from "node:path";

import { addCommand } from "./add-command.mjs";
import { addGuard } from "./add-guard.mjs";
import { writeArchive } from "./archive.mjs";
import { createPackageNotes } from "./bundled-packages.mjs";
import { COLLECTOR } from "./commands.mjs";
import { finishFiles } from "./finish-files.mjs";
import { addCopy, addFolder } from "./release-files.mjs";
import { writeFolder } from "./write-folder.mjs";

/** What is read there: pages that the collector serves, and what operators set up with. */
const FOLDERS = ["docs/runbooks", "deploy/systemd", "deploy/hooks", "deploy/vm"];
const PAGES = ["README.md", "CHANGELOG.md", "SECURITY.md"];

/**
 * Both commands in a folder that runs wherever it is put, and the same as an archive.
 *
 * @param {string} root The checkout.
 * @param {string} output
 * @returns {Promise<string>} The archive.
 */
export async function buildRelease(root, output) {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const name = `runner-guard-${version}`;
  const notes = createPackageNotes();
  /** @type {import("./release-files.mjs").ReleaseFiles} */
  const files = new Map();
  await addGuard(files, { root, note: notes.note });
  await addCommand(files, COLLECTOR, { root, note: notes.note });
  for (const folder of FOLDERS) addFolder(files, root, folder);
  for (const page of PAGES) addCopy(files, page, join(root, page));
  finishFiles(files, root, notes.names);
  writeFolder(join(output, name), files);
  return writeArchive(output, name);
}
