import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";

import { BUNDLES, hashContent, MANIFEST, VERSION } from "../../agent/bundle/find-bundle.mjs";
import { AGENT_ENTRIES, bundleSources } from "./bundle-sources.mjs";
import { markFile } from "./mark-file.mjs";
import { createPhaseNames } from "./run-phases.mjs";

/** @typedef {import("../../agent/bundle/find-bundle.mjs").FileMark} FileMark */
/** @typedef {import("../../agent/bundle/find-bundle.mjs").Manifest} Manifest */

const ENTRIES = { ...AGENT_ENTRIES, "trace-to-sources": "agent/bundle/trace-to-sources.ts" };
/** What the result depends on besides: how it is made, and by what. */
const MAKERS = ["scripts/bundle/*.mjs", "agent/bundle/*.mjs", "node_modules/rolldown/package.json"];
/** A guard that still runs has its bundle until another two were made. */
const KEPT = 2;

/**
 * Makes a bundle of the agent, and then says in the manifest which files it was made of. A folder of its own for each: what
 * a guard that runs has yet to load stays there.
 *
 * @param {string} root The checkout.
 */
export async function buildBundle(root) {
  const makers = MAKERS.flatMap((pattern) => globSync(pattern, { cwd: root }));
  const sources = new Map(makers.map((path) => [path, markFile(root, path).mark]));
  const chunks = await bundleSources({
    root,
    entries: ENTRIES,
    // As it would lie there: what maps name is told from where they are.
    folder: join(root, BUNDLES, "made"),
    place: root,
    nameOf: createPhaseNames(root),
    hasMaps: true,
    read(path) {
      const { mark, content } = markFile(root, path);
      const part = toPackageManifest(path);
      if (part === undefined) sources.set(path, mark);
      else if (!sources.has(part)) sources.set(part, markFile(root, part).mark);
      return content;
    },
  });
  const folder = hashContent(Buffer.from(JSON.stringify(chunks)));
  const files = writeChunks(root, folder, chunks);
  /** @type {Manifest} */
  const manifest = { version: VERSION, folder, sources: [...sources.values()], files };
  writeInPlace(join(root, MANIFEST), JSON.stringify(manifest));
  removeOlder(join(root, BUNDLES));
}

/** @typedef {import("./bundle-sources.mjs").Chunk} Chunk */

/**
 * What stands for all files of a package: npm writes it anew with them.
 *
 * @param {string} path
 */
function toPackageManifest(path) {
  const found = /^(?<folder>.*\bnode_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path);
  const folder = found?.groups?.["folder"];
  return folder === undefined ? undefined : join(folder, "package.json");
}

/**
 * @param {string} root
 * @param {string} folder
 * @param {readonly Chunk[]} chunks
 */
function writeChunks(root, folder, chunks) {
  const final = join(root, BUNDLES, folder);
  mkdirSync(final, { recursive: true });
  // Of the same content, and perhaps used at this moment.
  for (const { name, content } of chunks) {
    const path = join(final, name);
    if (!holds(path, content)) writeInPlace(path, content);
  }
  const now = new Date();
  utimesSync(final, now, now);
  // Maps are read for a stack trace alone.
  const code = chunks.filter(({ name }) => name.endsWith(".mjs"));
  return code.map(({ name }) => markWritten(root, relative(root, join(final, name))));
}

/**
 * @param {string} path
 * @param {string} content
 */
function holds(path, content) {
  return existsSync(path) && readFileSync(path, "utf8") === content;
}

/**
 * Nobody but this process knows of them yet.
 *
 * @param {string} root
 * @param {string} path
 * @returns {FileMark}
 */
function markWritten(root, path) {
  const { mark } = markFile(root, path);
  const { mtimeMs, ctimeMs, ino } = statSync(join(root, path));
  return [mark[0], mark[1], mtimeMs, ctimeMs, ino, mark[5]];
}

/**
 * @param {string} path
 * @param {string} text
 */
function writeInPlace(path, text) {
  const fresh = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(fresh, text);
  renameSync(fresh, path);
}

/** @param {string} bundles */
function removeOlder(bundles) {
  const folders = readdirSync(bundles, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(bundles, name))
    .toSorted((one, other) => statSync(other).ctimeMs - statSync(one).ctimeMs);
  for (const folder of folders.slice(KEPT)) rmSync(folder, { recursive: true, force: true });
}
