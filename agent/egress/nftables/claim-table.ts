import { listGuardTables } from "./guard-tables.ts";
import { runNft } from "./nft-program.ts";
import { findOwnerState } from "./owner-state.ts";
import type { RulesetPlan } from "./ruleset-plan.ts";
import { toClaimText, toReplacementText } from "./ruleset-text.ts";
import { FIRST_TABLE, tableNames } from "./table-name.ts";

export type ClaimResult =
  | { readonly status: "claimed"; readonly plan: RulesetPlan; readonly takenOver: boolean }
  | { readonly status: "refused"; readonly reason: string };

type UnnamedPlan = Omit<RulesetPlan, "table">;

/**
 * Loads the plan under the first name that is free; the kernel makes a table only once, so two guards that start at the same
 * time get two. A guard of a whole namespace has one name only, and takes it over from a guard that is dead.
 */
export function claimTable(nft: string, plan: UnnamedPlan): Promise<ClaimResult> {
  return plan.subject.type === "namespace"
    ? claimNamespace(nft, { ...plan, table: FIRST_TABLE })
    : claimNext(nft, plan);
}

async function claimNext(nft: string, plan: UnnamedPlan): Promise<ClaimResult> {
  for (const table of tableNames()) {
    const named = { ...plan, table };
    const loaded = await runNft(nft, toClaimText(named));
    if (loaded.status === "done") return { status: "claimed", plan: named, takenOver: false };
    if (loaded.cause !== "exists") return { status: "refused", reason: loaded.reason };
  }
  return { status: "refused", reason: "the tables of other guards have every name there is" };
}

async function claimNamespace(nft: string, plan: RulesetPlan): Promise<ClaimResult> {
  const loaded = await runNft(nft, toClaimText(plan));
  if (loaded.status === "done") return { status: "claimed", plan, takenOver: false };
  if (loaded.cause !== "exists") return { status: "refused", reason: loaded.reason };
  const obstacle = await findObstacle(nft);
  if (obstacle !== undefined) return { status: "refused", reason: obstacle };
  const replaced = await runNft(nft, toReplacementText(plan));
  return replaced.status === "done"
    ? { status: "claimed", plan, takenOver: true }
    : { status: "refused", reason: replaced.reason };
}

/** Why the table that is there may not be taken over. */
async function findObstacle(nft: string): Promise<string | undefined> {
  const found = await listGuardTables(nft);
  if (found.status === "failed") return found.reason;
  const owner = found.tables.find(({ name }) => name === FIRST_TABLE)?.owner;
  if (owner === undefined) {
    return `a table inet ${FIRST_TABLE} is there that no guard made: remove it with nft delete table inet ${FIRST_TABLE}`;
  }
  if (findOwnerState(owner) !== "alive") return undefined;
  return owner.scope === "command"
    ? `process ${owner.pid} guards a command in this network namespace: end it first`
    : `process ${owner.pid} guards this network namespace already: end it first`;
}
