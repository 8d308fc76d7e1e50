import { isGateListening } from "./find-gate.ts";
import { listGuardTables } from "./guard-tables.ts";
import { runNft } from "./nft-program.ts";
import { findOwnerState } from "./owner-state.ts";
import type { RulesetPlan } from "./ruleset-plan.ts";
import { toClaimText, toReplacementText } from "./ruleset-text.ts";
import { FIRST_TABLE, tableNames } from "./table-name.ts";
import { toOwnerCheck } from "./table-owner.ts";
import type { TableOwner } from "./table-owner.ts";

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
  const found = await findDeadOwner(nft);
  if ("reason" in found) return { status: "refused", reason: found.reason };
  const check = toOwnerCheck(plan.table, found.owner);
  // The dead guard's table has stood until now, and marked the connections that may live on. Others are sockets that were refused
  // what they sent: a job could connect one over UDP, and end the guard so that the next one takes it for begun.
  const successor = { ...plan, begunBefore: [] };
  const replaced = await runNft(nft, `${check}${toReplacementText(successor)}`);
  return replaced.status === "done"
    ? { status: "claimed", plan: successor, takenOver: true }
    : { status: "refused", reason: replaced.reason };
}

/** Whose table may be taken over, or why it may not. */
async function findDeadOwner(nft: string): Promise<{ owner: TableOwner } | { reason: string }> {
  const found = await listGuardTables(nft);
  if (found.status === "failed") return found;
  const owner = found.tables.find(({ name }) => name === FIRST_TABLE)?.owner;
  if (owner === undefined) {
    return {
      reason: `a table inet ${FIRST_TABLE} is there that no guard made: remove it with nft delete table inet ${FIRST_TABLE}`,
    };
  }
  const state = findOwnerState(owner);
  const guarded = `${owner.scope === "command" ? "a command in" : "all of"} this network namespace`;
  if (state === "alive") {
    return { reason: `process ${owner.pid} guards ${guarded} already: end it first` };
  }
  // Two that both put their table back would do so without end.
  if (state === "unknown" && (await isGateListening(nft, FIRST_TABLE))) {
    return {
      reason: `process ${owner.pid} of another pid namespace guards ${guarded} already: end it first`,
    };
  }
  return { owner };
}
