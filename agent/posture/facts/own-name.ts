import type { PosturePlaces } from "../posture-places.ts";
import { readBounded } from "../read-bounded.ts";
import type { OwnRights } from "./own-rights.ts";

/** Who this user is to sudo and to container engines. */
export interface OwnName {
  readonly user: string | undefined;
  readonly home: string | undefined;
  readonly groups: readonly string[];
}

export function readOwnName(places: PosturePlaces, rights: OwnRights | undefined): OwnName {
  const account = readTable(places, "etc/passwd").find(
    ([, , id]) => rights !== undefined && id === String(rights.userId),
  );
  const user = account?.[0];
  const groups = readTable(places, "etc/group").filter(([, , id = "", members = ""]) => {
    const isHeld = rights?.groupIds.includes(Number(id)) === true || id === account?.[3];
    return isHeld || (user !== undefined && members.split(",").includes(user));
  });
  return {
    user,
    home: places.environment["HOME"] ?? account?.[5],
    groups: groups.map(([name = ""]) => name),
  };
}

function readTable(places: PosturePlaces, path: string): string[][] {
  return (readBounded(places, path) ?? "").split("\n").map((line) => line.split(":"));
}
