/** A directory that nobody but the guard's user may enter, and that nobody else can exchange. */
import { lstatSync, mkdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { AgentError, toErrorCode } from "../../errors.ts";

const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;
const STICKY = 0o1000;
const ROOT = 0;

/** Made where it is not there. What is given back has no link in it. Throws `usage`. */
export function openPrivateDirectory(asked: string, userId: number): string {
  const parent = findParent(resolve(asked));
  assertAncestors(parent, asked, userId);
  const path = join(parent, basename(resolve(asked)));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (toErrorCode(error) !== "EEXIST") {
      throw refuse(asked, `cannot be made (${toErrorCode(error)})`, error);
    }
  }
  const problem = findProblem(lstatSync(path), userId);
  if (problem !== undefined) throw refuse(asked, problem);
  return path;
}

function findParent(path: string): string {
  try {
    return realpathSync(dirname(path));
  } catch (error) {
    throw refuse(path, `cannot be made: ${dirname(path)} is not there`, error);
  }
}

function findProblem(stats: Stats, userId: number): string | undefined {
  if (stats.isSymbolicLink()) return "is a symbolic link: give the directory itself";
  if (!stats.isDirectory()) return "is no directory";
  if (stats.uid !== userId)
    return `belongs to user ${stats.uid}, and not to the guard's, ${userId}`;
  return (stats.mode & OTHERS) === 0 ? undefined : "can be entered by others: chmod 700 mends that";
}

/** Whoever may rename what leads to it may put another in its place. */
function assertAncestors(parent: string, asked: string, userId: number): void {
  for (let path = parent; ; path = dirname(path)) {
    const { uid, mode } = statSync(path);
    if (uid !== ROOT && uid !== userId) {
      throw refuse(asked, `lies in ${path}, which belongs to user ${uid}`);
    }
    if ((mode & OTHERS_WRITE) !== 0 && (mode & STICKY) === 0) {
      throw refuse(asked, `lies in ${path}, which others can write to`);
    }
    if (path === dirname(path)) return;
  }
}

function refuse(path: string, reason: string, cause?: unknown): AgentError {
  return new AgentError("usage", `--spool-dir: ${path} ${reason}`, { cause });
}
