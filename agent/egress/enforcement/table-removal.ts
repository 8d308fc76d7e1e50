/** Sees to it that the table goes when it should, by whichever way the guard ends. */
import { runNft } from "../nftables/nft-program.ts";
import { createRemovalOnDeath, type RemovalOnDeath } from "../nftables/removal-on-death.ts";
import type { RulesetPlan } from "../nftables/ruleset-plan.ts";
import { toRemovalText } from "../nftables/ruleset-text.ts";

export interface TableRemoval extends AsyncDisposable {
  /** The table is another one from now on: stricter, and maybe to stay when the guard dies. */
  adopt(plan: RulesetPlan): void;
  /** The guard is about to end, and the table is to stay until this control group is empty. */
  leaveUntilEmpty(cgroup: string): void;
}

export interface TableRemovalOptions {
  readonly nft: string;
  readonly onFailure: (reason: string) => void;
}

export function createTableRemoval(first: RulesetPlan, options: TableRemovalOptions): TableRemoval {
  let plan = first;
  let onDeath = startRemovalOnDeath(plan, options);
  return {
    adopt(next) {
      if (toRemovalText(next) === toRemovalText(plan) && isSameEnd(next, plan)) return;
      const before = onDeath;
      plan = next;
      onDeath = startRemovalOnDeath(plan, options);
      before?.giveUp();
    },
    leaveUntilEmpty: (cgroup) => onDeath?.leaveUntilEmpty(cgroup),
    async [Symbol.asyncDispose]() {
      if (onDeath === undefined) await runNft(options.nft, toRemovalText(plan));
      else await onDeath[Symbol.asyncDispose]();
    },
  };
}

function isSameEnd({ owner: one }: RulesetPlan, { owner: other }: RulesetPlan): boolean {
  return one.onDeath === other.onDeath && one.cgroup === other.cgroup;
}

/**
 * Where the block is to stay when the guard dies, it stays for as long as something of the command runs; that of a whole
 * namespace stays until the next guard takes it over, so nothing removes it then.
 */
function startRemovalOnDeath(
  plan: RulesetPlan,
  { nft, onFailure }: TableRemovalOptions,
): RemovalOnDeath | undefined {
  const { onDeath, cgroup } = plan.owner;
  if (onDeath === "closed" && cgroup === undefined) return undefined;
  return createRemovalOnDeath({
    nft,
    text: toRemovalText(plan),
    ...(onDeath === "closed" && { holdWhile: cgroup }),
    onEnded: (program) =>
      onFailure(`${program}, which removes the table when the guard dies, was killed`),
  });
}
