/**
 * What the collector made up itself at its first start: files that nobody else may read. Whoever calls holds the directory: no second
 * collector writes there.
 */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { CollectorError } from "../errors.ts";
import { syncToDisk } from "../sync-to-disk.ts";
import { toTokenHash } from "./tokens.ts";

const KEYS_FILE = "master.key";
const BYTES = 32;
const HEX = /^[0-9a-f]{64}\n$/;
/** Of a key a year that is changed each day. */
const MAX_KEYS = 400;
const KEYS = /^(?:[0-9a-f]{64}\n)+$/;

/** What a backup needs besides the events. An admin's token may have been given otherwise. */
export const KEY_FILES = [
  { name: KEYS_FILE, isNeeded: true },
  { name: "admin-token.sha256", isNeeded: false },
  { name: "tokens.json", isNeeded: false },
] as const;

export function hasKeys(directory: string): boolean {
  return existsSync(join(directory, KEYS_FILE));
}

/** Throws `data-directory` where there are none. */
export function readKeys(directory: string): readonly Buffer[] {
  return keepKeys(directory, true);
}

/** 32 bytes each, the newest last; the first one is made at the first call. Throws `data-directory`, also where there is data that another key was made for. */
export function keepKeys(directory: string, hasData: boolean): readonly Buffer[] {
  const path = join(directory, KEYS_FILE);
  const known = readIfThere(path);
  if (known !== undefined) return toKeys(path, known);
  if (hasData) {
    throw new CollectorError(
      "data-directory",
      `${path}: the key is missing, and the events beside it can be neither verified nor gone on with under another one; put it back from a copy`,
    );
  }
  const key = randomBytes(BYTES);
  writeWhole(path, `${key.toString("hex")}\n`);
  return [key];
}

/** One more, for runs that begin from now on: what older ones signed is verified by theirs. Resolves to how many there are. */
export function addKey(directory: string): number {
  const path = join(directory, KEYS_FILE);
  const keys = readKeys(directory);
  if (keys.length >= MAX_KEYS) {
    throw new CollectorError("data-directory", `${path}: has ${MAX_KEYS} keys already`);
  }
  const all = [...keys, randomBytes(BYTES)];
  writeWhole(path, all.map((key) => `${key.toString("hex")}\n`).join(""));
  return all.length;
}

export interface AdminToken {
  readonly hash: string;
  /** Of one that was made up: its hash is all that is kept. */
  readonly token: string | undefined;
  /** One that was not kept is nobody's: the next start makes up another. */
  keep(): void;
}

/** Throws `data-directory`. */
export function findAdminToken(directory: string): AdminToken {
  const path = join(directory, "admin-token.sha256");
  const known = readIfThere(path);
  if (known !== undefined)
    return { hash: toHex(path, known), token: undefined, keep: () => undefined };
  const token = randomBytes(BYTES).toString("base64url");
  const hash = toTokenHash(token);
  return { hash, token, keep: () => writeWhole(path, `${hash}\n`) };
}

/** Whole or not there: a crash in between leaves no half of a key behind, and what it does leave is written over. */
function writeWhole(path: string, text: string): void {
  const beside = `${path}.new`;
  rmSync(beside, { force: true });
  writeFileSync(beside, text, { mode: 0o600, flush: true, flag: "wx" });
  renameSync(beside, path);
  syncToDisk(dirname(path));
}

function toKeys(path: string, text: string): readonly Buffer[] {
  if (!KEYS.test(text)) throw toDamage(path);
  return text
    .trim()
    .split("\n")
    .map((hex) => Buffer.from(hex, "hex"));
}

function toHex(path: string, text: string): string {
  if (HEX.test(text)) return text.trim();
  throw toDamage(path);
}

function toDamage(path: string): CollectorError {
  return new CollectorError(
    "data-directory",
    `${path}: is not what the collector wrote there; put it back from a copy`,
  );
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    const why = error instanceof Error ? error.message : String(error);
    throw new CollectorError("data-directory", `${path}: cannot be read: ${why}`, { cause: error });
  }
}
