/** Tokens that the operator gave out, each for a tenant and a role: their hashes, in a file that can be changed while a collector runs. */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { CollectorError } from "../errors.ts";
import { syncToDisk } from "../sync-to-disk.ts";
import { TENANT } from "./identity-file.ts";
import { createTokens, type Role, type Tokens, toTokenHash } from "./tokens.ts";

export const ROLES = ["agent", "viewer", "responder", "admin"] as const satisfies readonly Role[];

const FILE = "tokens.json";
const TOKEN_BYTES = 32;
const ID_LENGTH = 12;
/** Some 200 bytes each; the file is read as a whole when it has changed. */
const MAX_TOKENS = 10_000;
const LOOK_EACH_MS = 1_000;

const fileSchema = z.strictObject({
  tokens: z
    .array(
      z.strictObject({
        hash: z.string().regex(/^[0-9a-f]{64}$/),
        tenant: z.string().regex(TENANT),
        role: z.enum(ROLES),
        createdAt: z.iso.datetime(),
      }),
    )
    .max(MAX_TOKENS),
});
type GivenToken = z.infer<typeof fileSchema>["tokens"][number];

/** What is told of one: its id is the beginning of its hash, as the audit log has it. */
export interface ListedToken extends Omit<GivenToken, "hash"> {
  readonly id: string;
}

/** Throws `data-directory`. */
export function listTokens(directory: string): readonly ListedToken[] {
  return read(directory).map(toListed);
}

/** What there is of it under that id. Throws `usage` where there is none, and `data-directory`. */
export function findToken(directory: string, id: string): ListedToken {
  return toListed(findIn(read(directory), id));
}

export interface NewToken extends GivenToken {
  readonly id: string;
  /** Itself, which is nowhere else. */
  readonly token: string;
}

/** Good for nothing before it is added. Throws `usage`. */
export function makeToken({ tenant, role }: Pick<GivenToken, "tenant" | "role">): NewToken {
  if (!TENANT.test(tenant)) {
    throw new CollectorError(
      "usage",
      "--tenant: a tenant has letters, digits and . _ : - in its name",
    );
  }
  // What it is for can be read from it, by people and by those who look for lost secrets.
  const token = `rg_${role}_${randomBytes(TOKEN_BYTES).toString("base64url")}`;
  const hash = toTokenHash(token);
  return { token, id: toId(hash), hash, tenant, role, createdAt: new Date().toISOString() };
}

/** Throws `usage` and `data-directory`. */
export function addToken(directory: string, { hash, tenant, role, createdAt }: NewToken): void {
  change(directory, (tokens) => {
    if (tokens.length < MAX_TOKENS) return [...tokens, { hash, tenant, role, createdAt }];
    throw new CollectorError("usage", `there are ${MAX_TOKENS} tokens already; revoke some`);
  });
}

/** Throws `usage` where there is none, and `data-directory`. */
export function revokeToken(directory: string, id: string): void {
  change(directory, (tokens) => {
    const { hash: revoked } = findIn(tokens, id);
    return tokens.filter(({ hash }) => hash !== revoked);
  });
}

export interface TokenFileOptions {
  /** Milliseconds of a clock that does not jump. */
  readonly uptime: () => number;
  /** It cannot be read any more: those that were known stay so. */
  readonly onTrouble: (error: unknown) => void;
}

/** Looks again when the file has changed, a second later at most. Throws `data-directory`. */
export function openTokenFile(directory: string, { uptime, onTrouble }: TokenFileOptions): Tokens {
  let state = readState(directory);
  let tokens = createTokens(read(directory));
  let lookedAt = uptime();
  const look = (): void => {
    if (uptime() - lookedAt < LOOK_EACH_MS) return;
    lookedAt = uptime();
    try {
      const now = readState(directory);
      if (now === state) return;
      tokens = createTokens(read(directory));
      state = now;
    } catch (error) {
      onTrouble(error);
    }
  };
  return {
    find(token) {
      look();
      return tokens.find(token);
    },
    has(caller) {
      look();
      return tokens.has(caller);
    },
  };
}

function readState(directory: string): string {
  const stats = statSync(join(directory, FILE), { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? "" : `${stats.ino} ${stats.mtimeNs} ${stats.size}`;
}

function read(directory: string): readonly GivenToken[] {
  const path = join(directory, FILE);
  try {
    return fileSchema.parse(JSON.parse(readFileSync(path, "utf8"))).tokens;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    const isUnreadable = error instanceof Error && "syscall" in error;
    const why = isUnreadable
      ? `cannot be read: ${error.message}`
      : "is not what the collector wrote there; put it back from a copy";
    throw new CollectorError("data-directory", `${path}: ${why}`, { cause: error });
  }
}

/** Whole or not at all, and by one at a time: the new file is the lock, which is held before the old one is read. */
function change(
  directory: string,
  toChanged: (tokens: readonly GivenToken[]) => readonly GivenToken[],
): void {
  const path = join(directory, FILE);
  const beside = `${path}.new`;
  const lock = take(beside);
  try {
    const text = `${JSON.stringify({ tokens: toChanged(read(directory)) }, undefined, 2)}\n`;
    writeFileSync(lock, text, { flush: true });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error instanceof CollectorError ? error : toUnwritten(beside, error);
  } finally {
    closeSync(lock);
  }
  syncToDisk(directory);
}

function take(beside: string): number {
  try {
    return openSync(beside, "wx", 0o600);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") {
      throw new CollectorError(
        "data-directory",
        `${beside}: cannot be written: another \`token\` command is at work, or was cut off; remove it then`,
        { cause: error },
      );
    }
    throw toUnwritten(beside, error);
  }
}

function toUnwritten(beside: string, error: unknown): CollectorError {
  const why = error instanceof Error ? error.message : String(error);
  return new CollectorError("data-directory", `${beside}: cannot be written: ${why}`, {
    cause: error,
  });
}

function findIn(tokens: readonly GivenToken[], id: string): GivenToken {
  const found = tokens.find(({ hash }) => toId(hash) === id);
  if (found !== undefined) return found;
  throw new CollectorError("usage", `${id}: there is no such token; \`token list\` has them`);
}

function toListed({ hash, ...token }: GivenToken): ListedToken {
  return { id: toId(hash), ...token };
}

function toId(hash: string): string {
  return hash.slice(0, ID_LENGTH);
}
