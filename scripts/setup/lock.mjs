import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 100;

/**
 * Does the work while holding a lock directory, so that two set-ups of one checkout come one after
 * the other. A lock whose owner no longer runs is taken over. The directory appears by rename with
 * its owner's name inside, so it is never without one.
 *
 * @template T
 * @param {string} path
 * @param {{ onWait: (owner: string) => void }} listener
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function whileLocked(path, { onWait }, work) {
  let toldOwner = "";
  while (!acquire(path)) {
    const owner = readOwner(path);
    if (owner !== undefined && !isRunning(owner)) {
      breakLock(path, owner);
      continue;
    }
    if (owner !== undefined && owner !== toldOwner) onWait(owner);
    toldOwner = owner ?? toldOwner;
    await delay(POLL_MS);
  }
  try {
    return await work();
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}

/** @param {string} path */
function acquire(path) {
  const prepared = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  rmSync(prepared, { recursive: true, force: true });
  mkdirSync(prepared);
  writeFileSync(join(prepared, "owner"), nameProcess(process.pid) ?? "");
  try {
    renameSync(prepared, path);
    return true;
  } catch (error) {
    rmSync(prepared, { recursive: true, force: true });
    if (isHeld(error)) return false;
    throw error;
  }
}

/**
 * rename(2) refuses to replace a directory that is not empty, by either of two names.
 *
 * @param {unknown} error
 */
function isHeld(error) {
  return (
    error instanceof Error &&
    "code" in error &&
    ["ENOTEMPTY", "EEXIST"].includes(String(error.code))
  );
}

/**
 * Between reading the owner and taking the directory away another set-up may have broken the same
 * lock and made its own; what was taken is looked at again, and given back if it is not the dead
 * owner's.
 *
 * @param {string} path
 * @param {string} deadOwner
 */
function breakLock(path, deadOwner) {
  const taken = `${path}.broken.${process.pid}`;
  try {
    renameSync(path, taken);
  } catch {
    return;
  }
  if (readOwner(taken) === deadOwner) rmSync(taken, { recursive: true, force: true });
  else renameSync(taken, path);
}

/** @param {string} path */
function readOwner(path) {
  try {
    return readFileSync(join(path, "owner"), "utf8");
  } catch {
    return undefined;
  }
}

/** @param {string} owner */
function isRunning(owner) {
  return nameProcess(Number(owner.split(" ")[0])) === owner;
}

/**
 * `pid start-time`: a pid alone may have been given to another process since. Field 22 of
 * /proc/PID/stat, counted after the closing parenthesis of the name (proc(5)).
 *
 * @param {number} pid
 */
function nameProcess(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const startTime = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${pid} ${startTime}`;
  } catch {
    return undefined;
  }
}
