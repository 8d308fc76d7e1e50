/**
 * Where a running guard is found: its control socket, and what it says of itself. The job must be able to come in and to
 * change nothing, so neither the directory nor what leads to it may be anybody's but the guard's user's and root's.
 */
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { AgentError, toErrorCode } from "../errors.ts";
import { tryLock } from "./file-lock.ts";

export interface StateDirectory extends Disposable {
  readonly path: string;
  readonly socketPath: string;
  /** Tells everyone that the guard is in force, and how. */
  announce(state: unknown): void;
}

const SOCKET = "control.sock";
const READY = "ready";
const LOCK = "lock";
/** sockaddr_un of unix(7) has room for 108 bytes, the last of them zero. */
const MAX_SOCKET_PATH_BYTES = 107;
const OTHERS_WRITE = 0o022;
const STICKY = 0o1000;
const ROOT = 0;

export function toSocketPath(directory: string): string {
  return join(directory, SOCKET);
}

/** Makes the directory where it is not there. Throws `state-directory` where it is not safe, or another guard lives in it. */
export function openStateDirectory(path: string, userId: number): StateDirectory {
  const directory = makeDirectory(resolve(path), userId);
  const socketPath = toSocketPath(directory);
  if (Buffer.byteLength(socketPath) > MAX_SOCKET_PATH_BYTES) {
    throw refuse(directory, `is too long a path for a socket: give one of at most 90 characters`);
  }
  const lock = holdLock(directory);
  const ready = join(directory, READY);
  // Of a guard that was killed.
  for (const left of [socketPath, ready]) rmSync(left, { force: true });
  return {
    path: directory,
    socketPath,
    announce: (state) => replace(ready, `${JSON.stringify(state)}\n`),
    [Symbol.dispose]() {
      for (const own of [ready, socketPath]) rmSync(own, { force: true });
      closeSync(lock);
    },
  };
}

/** What is given back has no link in it, so that it cannot come to lead elsewhere. */
function makeDirectory(asked: string, userId: number): string {
  const parent = findParent(asked);
  assertAncestors(parent, asked, userId);
  const path = join(parent, basename(asked));
  try {
    mkdirSync(path, { mode: 0o755 });
    // The mask of whoever started the guard would keep the job from the socket.
    chmodSync(path, 0o755);
  } catch (error) {
    if (toErrorCode(error) !== "EEXIST") throw refuse(path, describeFailure(error), error);
    closeEmptyVolume(path, userId);
  }
  const stats = lstatSync(path);
  const problem = findProblem(stats, userId);
  if (problem !== undefined) throw refuse(path, problem);
  return path;
}

/** Volumes of Kubernetes begin so that all may write to them. What somebody has already put there is left to be refused. */
function closeEmptyVolume(path: string, userId: number): void {
  const stats = lstatSync(path);
  const isOwn = stats.isDirectory() && stats.uid === userId;
  if (!isOwn || (stats.mode & OTHERS_WRITE) === 0 || !isEmpty(path)) return;
  chmodSync(path, 0o755);
  // By somebody who came between.
  if (!isEmpty(path)) chmodSync(path, stats.mode & 0o7777);
}

function isEmpty(path: string): boolean {
  return readdirSync(path).length === 0;
}

function findParent(asked: string): string {
  try {
    return realpathSync(dirname(asked));
  } catch (error) {
    throw refuse(asked, describeFailure(error), error);
  }
}

function findProblem(stats: Stats, userId: number): string | undefined {
  if (stats.isSymbolicLink()) return "is a symbolic link: give the directory itself";
  if (!stats.isDirectory()) return "is no directory: give another, or remove it";
  if (stats.uid !== userId) {
    return `belongs to user ${stats.uid} and not to the guard's, ${userId}: give another, or remove it`;
  }
  return (stats.mode & OTHERS_WRITE) === 0
    ? undefined
    : "can be written to by others than its user: chmod go-w makes it safe";
}

/** Whoever may rename what leads to the directory may put another in its place. */
function assertAncestors(parent: string, asked: string, userId: number): void {
  for (let path = parent; ; path = dirname(path)) {
    const { uid, mode } = statSync(path);
    const isTrusted = uid === ROOT || uid === userId;
    if (!isTrusted) {
      throw refuse(asked, `lies in ${path}, which belongs to user ${uid}: ${SAFE_PLACE}`);
    }
    if ((mode & OTHERS_WRITE) !== 0 && (mode & STICKY) === 0) {
      throw refuse(asked, `lies in ${path}, which others can write to: ${SAFE_PLACE}`);
    }
    if (path === dirname(path)) return;
  }
}

const SAFE_PLACE = "give one that only root and the guard's user can change";

function holdLock(directory: string): number {
  const path = join(directory, LOCK);
  const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;
  let descriptor: number;
  try {
    // Nobody else may read it: whoever opens a file may lock it.
    descriptor = openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600);
  } catch (error) {
    throw refuse(directory, `cannot be written to (${toErrorCode(error)})`, error);
  }
  if (!tryLock(descriptor)) {
    const pid = readFileSync(path, "latin1").trim();
    closeSync(descriptor);
    throw refuse(
      directory,
      `is that of a guard that is running, with pid ${pid}: end it first, or give another with --state-dir`,
    );
  }
  ftruncateSync(descriptor);
  writeSync(descriptor, `${process.pid}\n`, 0);
  return descriptor;
}

/** Whoever looks finds all of it or nothing. */
function replace(path: string, text: string): void {
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  const descriptor = openSync(temporary, "wx", 0o644);
  try {
    fchmodSync(descriptor, 0o644);
    writeSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, path);
}

function describeFailure(error: unknown): string {
  const code = toErrorCode(error);
  if (code === "ENOENT") return "cannot be made: the directory that it is to lie in is not there";
  if (code === "EACCES") return "cannot be made: this user may not; give another with --state-dir";
  if (code === "EROFS") return "cannot be made: the file system is read-only; give another";
  return `cannot be made (${code || String(error)})`;
}

function refuse(path: string, reason: string, cause?: unknown): AgentError {
  return new AgentError("state-directory", `The state directory ${path} ${reason}.`, { cause });
}
