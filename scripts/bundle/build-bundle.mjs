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

import { rolldown } from "rolldown";

import { BUNDLES, hashContent, MANIFEST, VERSION } from "../../agent/bundle/find-bundle.mjs";
import { markFile } from "./mark-file.mjs";
import { createPhaseNames } from "./run-phases.mjs";
import { createSourcePlugin } from "./source-plugin.mjs";

/** @typedef {import("../../agent/bundle/find-bundle.mjs").FileMark} FileMark */
/** @typedef {import("../../agent/bundle/find-bundle.mjs").Manifest} Manifest */

/** Names of files in the bundle. What is loaded by `require` has to be one. */
const ENTRIES = {
  main: "agent/main.ts",
  redaction: "agent/redact/redaction.ts",
  "trace-to-sources": "agent/bundle/trace-to-sources.ts",
};
/** It finds its native part beside itself. */
const EXTERNAL = [/^koffi$/];
/** From a bundle's folder. */
const WAY_BACK = "../../..";
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
  const chunks = await bundle(root, (path) => {
    const { mark, content } = markFile(root, path);
    const part = toPackageManifest(path);
    if (part === undefined) sources.set(path, mark);
    else if (!sources.has(part)) sources.set(part, markFile(root, part).mark);
    return content;
  });
  const folder = hashContent(Buffer.from(JSON.stringify(chunks)));
  const files = writeChunks(root, folder, chunks);
  /** @type {Manifest} */
  const manifest = { version: VERSION, folder, sources: [...sources.values()], files };
  writeInPlace(join(root, MANIFEST), JSON.stringify(manifest));
  removeOlder(join(root, BUNDLES));
}

/** @typedef {{ readonly name: string, readonly content: string }} Chunk */

/**
 * @param {string} root
 * @param {(path: string) => Buffer} read
 * @returns {Promise<Chunk[]>}
 */
async function bundle(root, read) {
  const nameOf = createPhaseNames(root);
  await using build = await rolldown({
    cwd: root,
    input: ENTRIES,
    platform: "node",
    tsconfig: false,
    preserveEntrySignatures: "allow-extension",
    external: EXTERNAL,
    plugins: [createSourcePlugin({ root, wayBack: WAY_BACK, entries: ENTRIES, read })],
    onLog(level, log) {
      if (level === "warn") throw new Error(log.message);
    },
  });
  const { output } = await build.generate({
    format: "esm",
    sourcemap: true,
    entryFileNames: "[name].mjs",
    chunkFileNames: "[name].mjs",
    // As it would lie there: what maps name is told from where they are.
    dir: join(root, BUNDLES, "made"),
    codeSplitting: {
      groups: [{ name: nameOf, debugName: "phases of run" }],
      // A phase names all that it needs; else a later one would take what an earlier one has.
      includeDependenciesRecursively: false,
    },
  });
  return output.map((file) => ({
    name: file.fileName,
    content: file.type === "chunk" ? file.code : String(file.source),
  }));
}

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
