import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { bundleSources } from "../bundle/bundle-sources.mjs";
import { addGuard } from "./add-guard.mjs";
import { createPackageNotes } from "./bundled-packages.mjs";
import { finishFiles } from "./finish-files.mjs";
import { addText } from "./release-files.mjs";
import { writeFolder } from "./write-folder.mjs";

/** `start` is what `pre` has run as root. */
const PHASES = ["pre", "main", "post", "start"];

/** @typedef {import("./release-files.mjs").ReleaseFiles} ReleaseFiles */

/**
 * What is checked in on a release tag: the phases of the action, and the agent that they start.
 *
 * @param {string} root The checkout.
 * @param {string} output
 */
export async function buildAction(root, output) {
  const notes = createPackageNotes();
  const phases = await bundlePhases(root, notes.note);
  /** @type {ReleaseFiles} */
  const guard = new Map();
  await addGuard(guard, { root, note: notes.note });
  finishFiles(guard, root, notes.names);
  writeFolder(join(output, "guard"), guard);
  writeFolder(join(output, "action"), phases);
}

/**
 * @param {string} root
 * @param {(path: string) => void} note
 */
async function bundlePhases(root, note) {
  const entries = PHASES.map((name) => [name, `action/${name}.ts`]).filter(([, path = ""]) =>
    existsSync(join(root, path)),
  );
  const chunks = await bundleSources({
    root,
    entries: Object.fromEntries(entries),
    folder: join(root, "dist/action"),
    place: root,
    nameOf: undefined,
    hasMaps: false,
    read(path) {
      note(path);
      return readFileSync(join(root, path));
    },
  });
  /** @type {ReleaseFiles} */
  const files = new Map();
  for (const { name, content } of chunks) addText(files, name, content);
  return files;
}
