import { closeSync, constants, openSync } from "node:fs";
import { basename, dirname } from "node:path";

import { toErrorCode } from "../errors.ts";
import type { AskedLockdown } from "./asked-lockdown.ts";
import { findEngineSockets } from "./engine-sockets.ts";
import type { ChangedMode } from "./lockdown-record.ts";
import { pinFile, toPermissions } from "./pinned-file.ts";
import type { Places } from "./places.ts";
import { findWaysToRoot, isSetUserIdRoot } from "./set-user-id-programs.ts";

const SET_USER_OR_GROUP_ID = 0o6000;
const OTHERS = 0o077;
const ROOT = 0;
/** O_PATH of open(2), which Node.js does not name, and never through a link. */
const PLACE = 0o10000000 | constants.O_NOFOLLOW;

/** What is to be closed, and is open now: programs that are set-user-ID root, and root's sockets that others may use. */
export function findOpenFiles(
  { containers }: AskedLockdown,
  places: Places,
): readonly ChangedMode[] {
  const sockets = containers ? findEngineSockets(places).map(({ path }) => path) : [];
  return [
    ...findWaysToRoot(places).flatMap((path) => toChange({ path, kind: "program" }, places)),
    ...sockets.flatMap((path) => toChange({ path, kind: "socket" }, places)),
  ];
}

/**
 * Gives each its mode again. What is another file by now, or has yet another mode, is left as it is. Returns those that could
 * not be changed, or not be looked at: they may have their mode another time.
 */
export function restoreModes(
  changes: readonly ChangedMode[],
  places: Places,
): readonly ChangedMode[] {
  return changes.filter((change) => {
    try {
      return !restore(change, places);
    } catch {
      return true;
    }
  });
}

/** Whether nothing is left to be done. Throws what chmod(2) does. */
function restore(change: ChangedMode, places: Places): boolean {
  using file = pinFile(places.openPlace(change.path));
  if (file === undefined) return isGone(change.path, places);
  const isLocked = isSame(file.stats, change) && toPermissions(file.stats) === change.locked;
  return !isLocked || file.setMode(change.original);
}

/** Whether nothing has that name any more. What lies where the guard does not look may be there. */
function isGone(path: string, places: Places): boolean {
  using folder = places.openFolder(dirname(path));
  if (folder === undefined) return path !== "/" && isGone(dirname(path), places);
  try {
    closeSync(openSync(`/proc/self/fd/${folder.descriptor}/${basename(path)}`, PLACE));
    return false;
  } catch (error) {
    return toErrorCode(error) === "ENOENT";
  }
}

/** Returns whether the file has the new mode. Throws what chmod(2) does. */
export function changeMode(
  change: ChangedMode,
  { from, to, places }: { readonly from: number; readonly to: number; readonly places: Places },
): boolean {
  using file = pinFile(places.openPlace(change.path));
  if (file === undefined || !isSame(file.stats, change)) return false;
  return toPermissions(file.stats) === from && file.setMode(to);
}

type Identity = { readonly dev: number; readonly ino: number; readonly uid: number };

/** Root's own, for nobody else's file is changed here. */
function isSame({ dev, ino, uid }: Identity, { device, inode }: ChangedMode): boolean {
  return dev === device && ino === inode && uid === ROOT;
}

interface Closable {
  readonly path: string;
  readonly kind: "program" | "socket";
}

function toChange({ path, kind }: Closable, { openPlace }: Places): ChangedMode[] {
  using file = pinFile(openPlace(path));
  if (file === undefined || file.stats.uid !== ROOT) return [];
  const { stats } = file;
  const original = toPermissions(stats);
  const locked = kind === "program" ? original & ~SET_USER_OR_GROUP_ID : original & ~OTHERS;
  const isOpen =
    kind === "program"
      ? stats.isFile() && isSetUserIdRoot(stats)
      : stats.isSocket() && original !== locked;
  return isOpen ? [{ path, device: stats.dev, inode: stats.ino, original, locked }] : [];
}
