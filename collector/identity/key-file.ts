/**
 * What the collector made up itself at its first start: files that nobody else may read. Whoever calls holds the directory: no second
 * collector writes there.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { CollectorError } from "../errors.ts";
import { syncToDisk } from "../sync-to-disk.ts";
import { toTokenHash } from "./tokens.ts";

const BYTES = 32;
const HEX = /^[0-9a-f]{64}\n$/;

/** What a backup needs besides the events. An admin's token may have been given otherwise. */
export const KEY_FILES = [
  { name: "master.key", isNeeded: true },
  { name: "admin-token.sha256", isNeeded: false },
] as const;

/** Throws `data-directory` where there is none. */
export function readKey(directory: string): Buffer {
  return keepKey(directory, true);
}

/** 32 bytes, made at the first call. Throws `data-directory`, also where there is data that another key was made for. */
export function keepKey(directory: string, hasData: boolean): Buffer {
  const path = join(directory, "master.key");
  const known = readIfThere(path);
  if (known !== undefined) return Buffer.from(toHex(path, known), "hex");
  if (hasData) {
    throw new CollectorError(
      "data-directory",
      `${path}: the key is missing, and the events beside it can be neither verified nor gone on with under another one; put it back from a copy`,
    );
  }
  const key = randomBytes(BYTES);
  writeWhole(path, key.toString("hex"));
  return key;
}

export interface AdminToken {
  readonly hash: string;
  /** At the first call alone: its hash is all that is kept. */
  readonly token: string | undefined;
}

/** Throws `data-directory`. */
export function keepAdminToken(directory: string): AdminToken {
  const path = join(directory, "admin-token.sha256");
  const known = readIfThere(path);
  if (known !== undefined) return { hash: toHex(path, known), token: undefined };
  const token = randomBytes(BYTES).toString("base64url");
  const hash = toTokenHash(token);
  writeWhole(path, hash);
  return { hash, token };
}

/** Whole or not there: a crash in between leaves no half of a key behind, and what it does leave is written over. */
function writeWhole(path: string, hex: string): void {
  const beside = `${path}.new`;
  rmSync(beside, { force: true });
  writeFileSync(beside, `${hex}\n`, { mode: 0o600, flush: true, flag: "wx" });
  renameSync(beside, path);
  syncToDisk(dirname(path));
}

function toHex(path: string, text: string): string {
  if (HEX.test(text)) return text.trim();
  throw new CollectorError(
    "data-directory",
    `${path}: is not what the collector wrote there; put it back from a copy`,
  );
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new CollectorError("data-directory", `${path}: cannot be read`, { cause: error });
  }
}
