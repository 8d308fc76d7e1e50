/** Whether a file is one that the system, or the next shell, runs by itself. */
import {
  HOME_DIRECTORIES,
  HOME_FILES,
  type PersistencePlace,
  SYSTEM_DIRECTORIES,
  SYSTEM_FILES,
  SYSTEM_ROOTS,
} from "../data/persistence-places.ts";

export interface FoundPlace extends PersistencePlace {
  /** Where it counts only if this is somebody's home directory. */
  readonly home: string | undefined;
}

const FIRST_PARTS = new Set(
  [...HOME_FILES.keys(), ...HOME_DIRECTORIES.keys()].map((path) => path.split("/", 1)[0] ?? ""),
);

export function findPersistencePlace(path: string): FoundPlace | undefined {
  for (let at = path.indexOf("/."); at !== -1; at = path.indexOf("/.", at + 1)) {
    const place = findInHome(path.slice(at + 1));
    if (place !== undefined) return { ...place, home: path.slice(0, at) };
  }
  if (!SYSTEM_ROOTS.some((root) => path.startsWith(root))) return undefined;
  const place = SYSTEM_FILES.get(path) ?? findAbove(path, SYSTEM_DIRECTORIES);
  return place && { ...place, home: undefined };
}

/** Whether it is the home directory of a person or of root by its place alone. */
export function isUsualHome(directory: string, home: string | undefined): boolean {
  if (directory === home || directory === "/root" || directory === "/etc/skel") return true;
  return directory.startsWith("/home/") && !directory.includes("/", "/home/".length);
}

function findInHome(rest: string): PersistencePlace | undefined {
  const slash = rest.indexOf("/");
  if (!FIRST_PARTS.has(slash === -1 ? rest : rest.slice(0, slash))) return undefined;
  return HOME_FILES.get(rest) ?? findAbove(rest, HOME_DIRECTORIES);
}

/** The place itself too: a directory can be put there as a whole. */
function findAbove(
  path: string,
  directories: ReadonlyMap<string, PersistencePlace>,
): PersistencePlace | undefined {
  for (let end = path.indexOf("/", 1); end !== -1; end = path.indexOf("/", end + 1)) {
    const place = directories.get(path.slice(0, end));
    if (place !== undefined) return place;
  }
  return directories.get(path);
}
