import { isPopulated, removeCgroup } from "../cgroup-tree.ts";
import { listGuardTables } from "./guard-tables.ts";
import type { GuardTable } from "./guard-tables.ts";
import { runNft } from "./nft-program.ts";
import { findOwnerState } from "./owner-state.ts";
import { toRemoval } from "./ruleset-text.ts";
import { toOwnerCheck } from "./table-owner.ts";
import type { TableOwner } from "./table-owner.ts";

export interface Cleaning {
  /** Names of tables. */
  readonly removed: readonly string[];
  /** What could not be done. */
  readonly problems: readonly string[];
}

/** Takes away what guards left behind that are dead. What is a living guard's, or nobody's known, stays. */
export async function cleanDeadGuards(nft: string): Promise<Cleaning> {
  const found = await listGuardTables(nft);
  if (found.status === "failed") return { removed: [], problems: [found.reason] };
  const removed: string[] = [];
  const problems: string[] = [];
  for (const table of found.tables) {
    const { owner } = table;
    if (owner === undefined || !isAbandoned(owner)) continue;
    const result = await runNft(nft, toCheckedRemoval(table, owner));
    if (result.status === "done") removed.push(table.name);
    else problems.push(result.reason);
    if (owner.cgroup !== undefined) removeCgroup(owner.cgroup);
  }
  return { removed, problems };
}

/** One that is to stay closed stays for as long as something of the command runs; that of a namespace, until the next guard. */
function isAbandoned(owner: TableOwner): boolean {
  if (findOwnerState(owner) !== "dead") return false;
  if (owner.onDeath === "open") return true;
  return owner.cgroup !== undefined && !isPopulated(owner.cgroup);
}

/** Another guard may have taken the name since the tables were listed. */
function toCheckedRemoval({ name, hasFrames }: GuardTable, owner: TableOwner): string {
  const frames = hasFrames ? toRemoval("netdev", name) : "";
  return `${toOwnerCheck(name, owner)}${toRemoval("inet", name)}${frames}`;
}
