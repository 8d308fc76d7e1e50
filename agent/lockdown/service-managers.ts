/** systemd runs programs for a user who asks for that, as children of its own: no process that the command starts is above them. */
import { statSync } from "node:fs";
import { join } from "node:path";

import { listUsersFolders } from "./users-folders.ts";

/** The socket of a user's own service manager. */
export function findServiceManager(userId: number | string, root = "/"): string | undefined {
  return ["bus", "systemd/private"]
    .map((name) => `/run/user/${userId}/${name}`)
    .find((path) => statSync(join(root, path), { throwIfNoEntry: false })?.isSocket() === true);
}

export function hasServiceManagers(root = "/"): boolean {
  return listUsersFolders(root).some((userId) => findServiceManager(userId, root) !== undefined);
}
