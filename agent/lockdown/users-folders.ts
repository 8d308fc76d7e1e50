import { readdirSync } from "node:fs";
import { join } from "node:path";

/** Users with a session on one machine; more are an attack. */
const MAX_USERS = 64;

/** The numbers of users that have a session: names below /run/user. */
export function listUsersFolders(root = "/"): readonly string[] {
  try {
    return readdirSync(join(root, "run/user")).slice(0, MAX_USERS);
  } catch {
    return [];
  }
}
