/** systemd runs programs for a user who asks for that, as children of its own: no process that the command starts is above them. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { listUsersFolders } from "./users-folders.ts";

/** The directory is the user's: who renames a socket in it hides it, and not the process. */
const MANAGER = "systemd";
const ROOT = 0;

/** By its socket, or its process; undefined: the user has none. */
export function findServiceManager(userId: number, root = "/"): string | undefined {
  const socket = ["bus", "systemd/private"]
    .map((name) => `/run/user/${userId}/${name}`)
    .find((path) => isSocket(join(root, path)));
  return socket ?? findManagers(root).find((manager) => manager.userId === userId)?.name;
}

export function hasServiceManagers(root = "/"): boolean {
  const users = listUsersFolders(root).map(Number);
  return (
    users.some((userId) => findServiceManager(userId, root) !== undefined) ||
    findManagers(root).length > 0
  );
}

interface Manager {
  readonly userId: number;
  readonly name: string;
}

function findManagers(root: string): readonly Manager[] {
  return readdirSync(join(root, "proc"))
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const folder = join(root, "proc", pid);
      try {
        const { uid } = statSync(folder);
        const isManager =
          uid !== ROOT && readFileSync(join(folder, "comm"), "latin1").trim() === MANAGER;
        return isManager ? [{ userId: uid, name: `systemd --user, pid ${pid}` }] : [];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

function isSocket(path: string): boolean {
  try {
    return statSync(path).isSocket();
  } catch {
    return false;
  }
}
