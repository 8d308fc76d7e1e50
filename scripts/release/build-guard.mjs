import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { bundleSources } from "../bundle/bundle-sources.mjs";
import { createPhaseNames } from "../bundle/run-phases.mjs";
import { ARCHITECTURES, kernelObjectPath } from "../setup/kernel-object.mjs";
import { AGENT_PROGRAMS, BUNDLE_FOLDER, GUARD_COPIES, GUARD_ENTRIES } from "./guard-parts.mjs";
import { findKoffiFiles } from "./koffi-files.mjs";

/** @typedef {{ readonly content: Buffer, readonly isProgram: boolean }} ReleaseFile */

/** @typedef {Map<string, ReleaseFile>} ReleaseFiles By their paths below the folder that they make. */

/**
 * All files of the agent standing alone, in memory: everywhere the same, wherever the checkout lies.
 *
 * @param {string} root The checkout.
 * @returns {Promise<ReleaseFiles>}
 */
export async function buildGuard(root) {
  /** @type {ReleaseFiles} */
  const files = new Map();
  for (const { name, content } of await bundleAgent(root)) {
    addText(files, `${BUNDLE_FOLDER}/${name}`, content);
  }
  for (const [name, source] of Object.entries(AGENT_PROGRAMS)) {
    const bundled = relative(dirname(source), join(BUNDLE_FOLDER, `${name}.mjs`));
    addText(files, source, `import ${JSON.stringify(bundled)};\n`);
  }
  for (const [from, to] of Object.entries(GUARD_COPIES)) addCopy(files, to, join(root, from));
  for (const architecture of ARCHITECTURES) {
    const object = kernelObjectPath(root, architecture);
    if (!existsSync(object)) {
      throw new Error(`${object} is missing: node scripts/build-bpf.mjs --all makes it`);
    }
    addCopy(files, relative(root, object), object);
  }
  for (const [to, from] of await findKoffiFiles(root, ARCHITECTURES)) addCopy(files, to, from);
  addText(files, "package.json", toPackageText(root));
  addCopy(files, "LICENSE", join(root, "LICENSE"));
  return files;
}

/** @param {string} root */
function bundleAgent(root) {
  return bundleSources({
    root,
    entries: GUARD_ENTRIES,
    folder: join(root, BUNDLE_FOLDER),
    place: root,
    nameOf: createPhaseNames(root),
    hasMaps: false,
    read: (path) => readFileSync(join(root, path)),
  });
}

/** @param {string} root */
function toPackageText(root) {
  const { name, version, license, type } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  return `${JSON.stringify({ name, version, private: true, license, type }, null, 2)}\n`;
}

/**
 * @param {ReleaseFiles} files
 * @param {string} to
 * @param {string} text
 */
function addText(files, to, text) {
  files.set(to, { content: Buffer.from(text), isProgram: false });
}

/**
 * @param {ReleaseFiles} files
 * @param {string} to
 * @param {string} from
 */
function addCopy(files, to, from) {
  // Of libraries nothing is started by its path, whatever their packages say.
  const isProgram = to.startsWith("bin/") && (statSync(from).mode & 0o100) !== 0;
  files.set(to, { content: readFileSync(from), isProgram });
}
