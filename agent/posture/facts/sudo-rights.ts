import type { PosturePlaces } from "../posture-places.ts";
import { isAccessible, listBounded, readBounded } from "../read-bounded.ts";
import type { OwnName } from "./own-name.ts";

const MAX_FILES = 64;
const PROGRAMS = ["usr/bin/sudo", "bin/sudo", "usr/local/bin/sudo"];

/** Whether sudo asks this user for a password, as far as its files can be read. */
export interface SudoRights {
  readonly isInstalled: boolean;
  /** The file with the line. */
  readonly withoutPassword: string | undefined;
  /** Some of its files are not ours to read, as is usual. */
  readonly isUnreadable: boolean;
}

export function readSudoRights(places: PosturePlaces, name: OwnName): SudoRights {
  const names = (listBounded(places, "etc/sudoers.d", MAX_FILES) ?? [])
    // As sudoers(5): names with a dot or a tilde at the end are passed over.
    .filter((file) => !file.includes(".") && !file.endsWith("~"))
    .map((file) => `etc/sudoers.d/${file}`);
  const files = ["etc/sudoers", ...names];
  const isUnreadable =
    files.some((file) => exists(places, file) && readBounded(places, file) === undefined) ||
    (exists(places, "etc/sudoers.d") &&
      listBounded(places, "etc/sudoers.d", MAX_FILES) === undefined);
  const found = files.find((file) => freesFromPassword(readBounded(places, file), name));
  return {
    isInstalled: PROGRAMS.some((path) => exists(places, path)),
    withoutPassword: found === undefined ? undefined : `/${found}`,
    isUnreadable,
  };
}

function exists(places: PosturePlaces, path: string): boolean {
  return isAccessible(places, path);
}

/** `runner ALL=(ALL) NOPASSWD: ALL`, `%sudo …`, `#1001 …` or `Defaults:runner !authenticate`. Aliases of users are not followed. */
function freesFromPassword(text: string | undefined, { user, groups }: OwnName): boolean {
  const whom = new Set([
    "ALL",
    ...(user === undefined ? [] : [user]),
    ...groups.map((group) => `%${group}`),
  ]);
  return (text ?? "").split("\n").some((line) => {
    const [first = "", ...rest] = line.trim().split(/\s+/);
    const words = rest.join(" ");
    if (first.startsWith("Defaults")) {
      const only = first.slice("Defaults".length).replace(/^:/, "");
      return words.includes("!authenticate") && (only === "" || whom.has(only));
    }
    return whom.has(first) && words.includes("NOPASSWD:");
  });
}
