import type { AskedLockdown } from "./asked-lockdown.ts";
import { findEngineSockets } from "./engine-sockets.ts";
import type { ChangedMode } from "./lockdown-record.ts";
import { pinFile, toPermissions } from "./pinned-file.ts";
import { findWaysToRoot, isSetUserIdRoot } from "./set-user-id-programs.ts";

const SET_USER_OR_GROUP_ID = 0o6000;
const OTHERS = 0o077;
const ROOT = 0;

/** What is to be closed, and is open now: programs that are set-user-ID root, and root's sockets that others may use. */
export function findOpenFiles({ containers }: AskedLockdown): readonly ChangedMode[] {
  const sockets = containers ? findEngineSockets().map(({ path }) => path) : [];
  return [
    ...findWaysToRoot().flatMap((path) => toChange(path, "program")),
    ...sockets.flatMap((path) => toChange(path, "socket")),
  ];
}

/**
 * Gives each its mode again. What is another file by now, or has yet another mode, is left as it is. Returns those that could
 * not be changed.
 */
export function restoreModes(changes: readonly ChangedMode[]): readonly ChangedMode[] {
  return changes.filter((change) => {
    try {
      changeMode(change, { from: change.locked, to: change.original });
      return false;
    } catch {
      return true;
    }
  });
}

/** Returns whether the file has the new mode. Throws what chmod(2) does. */
export function changeMode(
  change: ChangedMode,
  { from, to }: { readonly from: number; readonly to: number },
): boolean {
  using file = pinFile(change.path);
  if (file === undefined || !isSame(file.stats, change)) return false;
  return toPermissions(file.stats) === from && file.setMode(to);
}

type Identity = { readonly dev: number; readonly ino: number; readonly uid: number };

/** Root's own, for nobody else's file is changed here. */
function isSame({ dev, ino, uid }: Identity, { device, inode }: ChangedMode): boolean {
  return dev === device && ino === inode && uid === ROOT;
}

function toChange(path: string, kind: "program" | "socket"): ChangedMode[] {
  using file = pinFile(path);
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
