/** What the collector made up itself at its first start: files that nobody else may read. */
import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { CollectorError } from "../errors.ts";
import { toTokenHash } from "./tokens.ts";

const BYTES = 32;
const HEX = /^[0-9a-f]{64}\n$/;

/** 32 bytes, made at the first call. The directory is there. Throws `data-directory`. */
export function keepKey(directory: string): Buffer {
  const path = join(directory, "master.key");
  const known = readIfThere(path);
  if (known !== undefined) return Buffer.from(toHex(path, known), "hex");
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

/** Whole or not there: a crash in between leaves no half of a key behind. */
function writeWhole(path: string, hex: string): void {
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, `${hex}\n`, { mode: 0o600, flush: true, flag: "wx" });
  try {
    linkSync(beside, path);
  } finally {
    rmSync(beside);
  }
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
