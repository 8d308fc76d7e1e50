/** systemd runs programs for a user who asks for that, as children of its own: no process that the command starts is above them. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

import { pinFile } from "./pinned-file.ts";
import type { Places } from "./places.ts";
import { listUsersFolders } from "./users-folders.ts";

/** The directory is the user's: who renames a socket in it hides it, and not the process. */
const MANAGER = "systemd";
const ROOT = 0;

/** By its socket, or its process; undefined: the user has none. */
export function findServiceManager(userId: number, places: Places): string | undefined {
  const socket = ["bus", "systemd/private"]
    .map((name) => `/run/user/${userId}/${name}`)
    .find((path) => isSocket(path, places));
  return socket ?? findManagers().find((manager) => manager.userId === userId)?.name;
}

export function hasServiceManagers(places: Places): boolean {
  const users = listUsersFolders().map(Number);
  return (
    users.some((userId) => findServiceManager(userId, places) !== undefined) ||
    findManagers().length > 0
  );
}

interface Manager {
  readonly userId: number;
  readonly name: string;
}

function findManagers(): readonly Manager[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const folder = join("/proc", pid);
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

function isSocket(path: string, { openPlace }: Places): boolean {
  using file = pinFile(openPlace(path));
  return file?.stats.isSocket() === true;
}
