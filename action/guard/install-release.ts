/**
 * Root's own copy of the guard, and of the Node.js that it runs on: where the action was checked out, and where the runner has its
 * programs, the job may write.
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { copyFile } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";

import { parseJson } from "../../agent/parse-json.ts";
import { readPlainFile } from "../runner/plain-file.ts";
import { isRecord } from "./records.ts";
import type { Release } from "./release.ts";

/** Where bin/runner-guard looks for a Node.js of its own. */
const NODE = ".node24/node";
/** One that runs, and those before it, which a guard that is ending may still load something of. */
const KEPT = 3;
const NOBODY_ELSE = 0o022;
/** The largest has a tenth of it. Where the job may write it may leave anything. */
const MAX_FILE_BYTES = 268_435_456;

/** Below `parent`, made where it is not there yet. Rejects with a plain error that says what is wrong. */
export async function installRelease(
  { folder, manifest }: Release,
  node: string,
  parent: string,
): Promise<string> {
  if (manifest === undefined) return folder;
  const content = readPlainFile(manifest, MAX_FILE_BYTES);
  const files = parseManifest(content);
  makeSafeDirectory(parent);
  const { size, mtimeMs, ino } = statSync(node);
  const name = createHash("sha256")
    .update(content)
    .update(`${size} ${mtimeMs} ${ino}`)
    .digest("hex");
  const place = join(parent, name.slice(0, NAME_LENGTH));
  if (!existsSync(place)) await copyAll({ files, folder, node, parent, place });
  const now = new Date();
  utimesSync(place, now, now);
  removeOlder(parent, place);
  return place;
}

const NAME_LENGTH = 24;

interface File {
  readonly path: string;
  readonly sha256: string;
  readonly program?: boolean;
}

interface Copy {
  readonly files: readonly File[];
  readonly folder: string;
  readonly node: string;
  readonly parent: string;
  readonly place: string;
}

/** It appears as a whole: what is there was copied to its end. */
async function copyAll({ files, folder, node, parent, place }: Copy): Promise<void> {
  const work = mkdtempSync(join(parent, "work-"));
  const copying = copyNode(node, join(work, NODE));
  try {
    for (const file of files) copyChecked(file, folder, work);
    await copying;
    chmodSync(work, 0o755);
    renameSync(work, place);
  } catch (error) {
    await Promise.allSettled([copying]);
    rmSync(work, { recursive: true, force: true });
    // Two who begin at once make the same.
    if (!existsSync(place)) throw error;
  }
}

/** 120 MB, which another thread copies while the files are checked. */
async function copyNode(from: string, to: string): Promise<void> {
  mkdirSync(dirname(to), { recursive: true });
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  chmodSync(to, 0o755);
}

/** What is written is what was checked: the file may be changed meanwhile. */
function copyChecked({ path, sha256, program }: File, from: string, to: string): void {
  const content = readPlainFile(join(from, path), MAX_FILE_BYTES);
  if (createHash("sha256").update(content).digest("hex") !== sha256) {
    throw new Error(`${join(from, path)} is not what was released: its checksum differs`);
  }
  const target = join(to, path);
  mkdirSync(dirname(target), { recursive: true, mode: 0o755 });
  writeFileSync(target, content, { mode: program === true ? 0o755 : 0o644 });
}

function parseManifest(content: Buffer): readonly File[] {
  const value = parseJson(content.toString("utf8"));
  const files = isRecord(value) && Array.isArray(value["files"]) ? value["files"] : [];
  const known = files.filter(isFile);
  if (known.length === 0 || known.length !== files.length || !known.every(isBelow)) {
    throw new Error("the guard's manifest.json is damaged: check the action out again");
  }
  return known;
}

function isFile(value: unknown): value is File {
  return (
    isRecord(value) && typeof value["path"] === "string" && typeof value["sha256"] === "string"
  );
}

function isBelow({ path }: File): boolean {
  const way = relative("/", resolve("/", path));
  return way === path && !path.startsWith("..");
}

function makeSafeDirectory(path: string): void {
  makeDirectory(path);
  const stats = lstatSync(path);
  const isOurs = stats.isDirectory() && stats.uid === process.geteuid?.();
  if (!isOurs || (stats.mode & NOBODY_ELSE) !== 0) {
    throw new Error(`${path} is no directory that root alone can write to: remove it`);
  }
}

/** Level by level: of a file system that cannot be written to, "recursive" says that there is no such directory. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  try {
    mkdirSync(path, { mode: 0o755 });
  } catch (error) {
    // Somebody who began at the same time has made it.
    if (!existsSync(path)) throw error;
  }
}

/** `place` stays whatever the others' times are: a clock that was wrong for a while has made them of the future. */
function removeOlder(parent: string, place: string): void {
  const others = readdirSync(parent)
    .map((name) => join(parent, name))
    .filter((folder) => folder !== place)
    .toSorted((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  for (const folder of others.slice(KEPT - 1)) rmSync(folder, { recursive: true, force: true });
}
