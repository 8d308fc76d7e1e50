import { homedir } from "node:os";
import { join } from "node:path";

/** Outside of every checkout: what is fetched for one is there for the others. */
export function findCacheFolder() {
  return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "runner-guard");
}
