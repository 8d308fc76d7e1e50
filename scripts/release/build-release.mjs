import { chmodSync, copyFileSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

import { bundleClient } from "../dashboard-bundle/bundle-client.mjs";
import { BUILT } from "../dashboard-bundle/client-sources.mjs";
import { addCommand } from "./add-command.mjs";
import { addGuard } from "./add-guard.mjs";
import { writeArchive, writeSums } from "./archive.mjs";
import { createPackageNotes } from "./bundled-packages.mjs";
import { COLLECTOR } from "./commands.mjs";
import { finishFiles } from "./finish-files.mjs";
import { addCopy, addFolder, addText } from "./release-files.mjs";
import { writeFolder } from "./write-folder.mjs";

/** What is read there: documents, of which the collector serves the runbooks, and what operators set up with. */
const FOLDERS = [
  "docs",
  "deploy/grafana",
  "deploy/hooks",
  "deploy/prometheus",
  "deploy/proxy",
  "deploy/systemd",
  "deploy/vm",
];
const PAGES = ["README.md", "CHANGELOG.md", "SECURITY.md"];
/** Beside the archive too: it is there to verify that one. */
const INSTALLER = "deploy/vm/install.sh";

/**
 * Both commands in a folder that runs wherever it is put, and the same as an archive, with what installs it and the sums of both.
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
  for (const { name: file, content } of await bundleClient(root, notes.note)) {
    addText(files, `${BUILT}/${file}`, content);
  }
  for (const folder of FOLDERS) addFolder(files, root, folder);
  for (const page of PAGES) addCopy(files, page, join(root, page));
  finishFiles(files, root, notes.names);
  writeFolder(join(output, name), files);
  const archive = writeArchive(output, name);
  const installer = basename(INSTALLER);
  copyFileSync(join(root, INSTALLER), join(output, installer));
  chmodSync(join(output, installer), 0o755);
  writeSums(output, [basename(archive), installer]);
  return archive;
}
