/**
 * What was changed on the machine, for whoever has to change it back: this guard, or the next after one that was killed. It is on
 * disk before the first change is made, in a directory that only root can enter.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { AgentError, toErrorCode } from "../errors.ts";

/** One file whose mode was changed. */
export interface ChangedMode {
  readonly path: string;
  /** Which file it was: a path can lead to another one by now. */
  readonly device: number;
  readonly inode: number;
  /** Permission bits that it is to have again, and those that it was given. */
  readonly original: number;
  readonly locked: number;
}

/** Guards share it: what one has closed stays closed until the last of them ends. */
export interface LockdownRecord extends Disposable {
  /** Reads and writes what is there, with nobody else in between. */
  exclusively<Result>(action: (content: RecordContent) => Result): Result;
  /** Whether no other guard holds it, by which this one gives it up. */
  isLast(): boolean;
}

export interface RecordContent {
  /** What guards have changed, also such as were killed. */
  readonly changes: readonly ChangedMode[];
  /** On disk when this returns. Without any, there is nothing to be changed back. */
  write(changes: readonly ChangedMode[]): void;
}

export type OpenedRecord =
  | { readonly status: "open"; readonly record: LockdownRecord }
  | { readonly status: "refused"; readonly reason: string };

/** flock(2): whether this process holds the lock of the open file from now on, until the descriptor is closed. */
export type TryLock = (descriptor: number, kind: "alone" | "shared") => boolean;

const NAME = "lockdown.json";
/** Held by every guard while it lives. */
const HOLDERS = "holders";
/** Held while the record is read and written. */
const LOCK = "lock";
const ROOT = 0;
const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;
const STICKY = 0o1000;
/** Some 150 bytes each; nobody has as many set-user-id programs and sockets. */
const MAX_BYTES = 65_536;
const MAX_ENTRIES = 256;
/** Another guard changes a few files meanwhile. */
const LOCK_PATIENCE_MS = 5_000;
const LOCK_STEP_MS = 5;

/** Held by this guard too when it returns. */
export function openLockdownRecord(directory: string, tryLock: TryLock): OpenedRecord {
  const problem = makeDirectory(directory);
  if (problem !== undefined) return { status: "refused", reason: `${directory} ${problem}` };
  try {
    return { status: "open", record: open(directory, tryLock) };
  } catch (error) {
    const reason = toErrorCode(error) || String(error);
    return { status: "refused", reason: `${directory} cannot be written to (${reason})` };
  }
}

function open(directory: string, tryLock: TryLock): LockdownRecord {
  const path = join(directory, NAME);
  const holders = openLockFile(join(directory, HOLDERS));
  const exclusively: LockdownRecord["exclusively"] = (action) => {
    const lock = openLockFile(join(directory, LOCK));
    try {
      waitForLock(() => tryLock(lock, "alone"));
      return action({ changes: read(path), write: (changes) => replace(path, changes) });
    } finally {
      closeSync(lock);
    }
  };
  let isHeld = true;
  const letGo = (): void => {
    if (isHeld) closeSync(holders);
    isHeld = false;
  };
  try {
    // Not while the last of others looks whether it is the last.
    exclusively(() => tryLock(holders, "shared"));
  } catch (error) {
    letGo();
    throw error;
  }
  return { exclusively, isLast: () => tryLock(holders, "alone"), [Symbol.dispose]: letGo };
}

function openLockFile(path: string): number {
  return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
}

function waitForLock(tryOnce: () => boolean): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; !tryOnce(); waitedMs += LOCK_STEP_MS) {
    if (waitedMs > LOCK_PATIENCE_MS) {
      throw new AgentError(
        "state-directory",
        `another guard does not let go of the record of what it changed on this machine: end it, and start again`,
      );
    }
    Atomics.wait(never, 0, 0, LOCK_STEP_MS);
  }
}

/** What is wrong with it; undefined where it is root's alone. */
function makeDirectory(directory: string): string | undefined {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    return `cannot be made (${toErrorCode(error) || String(error)})`;
  }
  const stats = lstatSync(directory);
  if (!stats.isDirectory()) return "is a link, or no directory: remove it";
  if (stats.uid !== ROOT || (stats.mode & OTHERS) !== 0) {
    return "can be entered by others than root: chown root and chmod 700 make it safe";
  }
  return findLooseAncestor(directory);
}

function findLooseAncestor(directory: string): string | undefined {
  for (let path = dirname(directory); ; path = dirname(path)) {
    const { uid, mode } = lstatSync(path);
    const isOpen = (mode & OTHERS_WRITE) !== 0 && (mode & STICKY) === 0;
    if (uid !== ROOT || isOpen) return `lies in ${path}, which others than root can change`;
    if (path === dirname(path)) return undefined;
  }
}

/** What is not ours, or not what we write, is as if it were not there: nothing is changed back by it. */
function read(path: string): readonly ChangedMode[] {
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return [];
  }
  try {
    const stats = fstatSync(descriptor);
    const isOurs = stats.isFile() && stats.uid === ROOT && (stats.mode & OTHERS) === 0;
    return isOurs && stats.size <= MAX_BYTES ? parse(readFileSync(descriptor, "utf8")) : [];
  } finally {
    closeSync(descriptor);
  }
}

function parse(text: string): readonly ChangedMode[] {
  try {
    const value: unknown = JSON.parse(text);
    const changes: unknown =
      typeof value === "object" && value !== null && "changes" in value ? value.changes : [];
    return Array.isArray(changes) ? changes.filter(isChangedMode).slice(0, MAX_ENTRIES) : [];
  } catch {
    return [];
  }
}

function isChangedMode(value: unknown): value is ChangedMode {
  if (typeof value !== "object" || value === null) return false;
  const members = new Map<string, unknown>(Object.entries(value));
  const numbers = ["device", "inode", "original", "locked"].map((name) => members.get(name));
  return typeof members.get("path") === "string" && numbers.every(Number.isSafeInteger);
}

/** Whoever looks finds the old or the new, also after the machine has gone down in between. */
function replace(path: string, changes: readonly ChangedMode[]): void {
  const temporary = `${path}.new`;
  rmSync(temporary, { force: true });
  const descriptor = openSync(temporary, "wx", 0o600);
  try {
    // All of it, or it throws: a disk may be nearly full.
    writeFileSync(descriptor, JSON.stringify({ version: 1, changes }));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, path);
  if (changes.length === 0) rmSync(path);
  sync(dirname(path));
}

function sync(directory: string): void {
  const descriptor = openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
