import { basename, dirname } from "node:path";

/** Programs by which root becomes another user, and then another program. */
const GIVE_ROOT_UP = new Set(
  "setpriv runuser su sudo gosu su-exec setuidgid s6-setuidgid chpst".split(" "),
);
/** Where only root puts programs: anything can be called `sudo` elsewhere. `/command` is where s6 has its own. */
const SYSTEM_PLACES = new Set(
  "/usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin /command".split(" "),
);
/** `program`: by its path. A bare name is whatever PATH has first, where an earlier step of the job may have put a folder of its own. */
export function givesRootUp(program: string): boolean {
  return SYSTEM_PLACES.has(dirname(program)) && GIVE_ROOT_UP.has(basename(program));
}
