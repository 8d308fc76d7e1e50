import { readFileSync } from "node:fs";
import { join } from "node:path";

/** As whom the guard runs, and so a command that it starts. */
export interface OwnCredentials {
  readonly userId: number;
  readonly groupId: number;
  /** Supplementary ones. */
  readonly groups: readonly number[];
  /** May choose its groups. */
  readonly maySetGroups: boolean;
}

/** include/uapi/linux/capability.h */
const SETGID = 6n;

export function readOwnCredentials(root = "/"): OwnCredentials {
  const status = readFileSync(join(root, "proc/self/status"), "latin1");
  const fieldOf = (name: string): string =>
    new RegExp(`^${name}:[ \\t]*(.*)$`, "m").exec(status)?.[1]?.trim() ?? "";
  const effectiveOf = (name: string): number => Number(fieldOf(name).split(/\s+/)[1] ?? 0);
  return {
    userId: effectiveOf("Uid"),
    groupId: effectiveOf("Gid"),
    groups: fieldOf("Groups").split(/\s+/).filter(Boolean).map(Number),
    maySetGroups: ((BigInt(`0x${fieldOf("CapEff") || "0"}`) >> SETGID) & 1n) === 1n,
  };
}
