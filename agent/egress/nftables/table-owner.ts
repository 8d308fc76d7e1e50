import type { GuardScope, OnGuardDeath } from "../../../protocol/index.ts";

/**
 * Whose a table is, written into it as names of chains without rules: comments hold 128 bytes and nft 1.0.6 forgets those of
 * tables, while names of chains are in every listing.
 */
export interface TableOwner {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat. */
  readonly startTicks: number;
  /** Inode of the pid namespace that `pid` is of. */
  readonly pidNamespace: number;
  readonly scope: GuardScope;
  /** What becomes of the table when the guard dies. */
  readonly onDeath: OnGuardDeath;
  /** Of the command, absolute. */
  readonly cgroup?: string;
}

/** A name has 255 bytes at most (NFT_NAME_MAXLEN); two digits a byte of the path. */
const PATH_DIGITS = 200;

/** Names of the chains that tell the owner. */
export function toOwnerChains(owner: TableOwner): readonly string[] {
  const { pid, startTicks, pidNamespace, scope, onDeath, cgroup = "" } = owner;
  const digits = Buffer.from(cgroup).toString("hex");
  const chains = [`owner_${pid}_${startTicks}_${pidNamespace}_${scope}_${onDeath}`];
  for (let from = 0; from < digits.length; from += PATH_DIGITS) {
    chains.push(`cgroup_${from / PATH_DIGITS}_${digits.slice(from, from + PATH_DIGITS)}`);
  }
  return chains;
}

/** Fails unless the table is still this owner's; what follows it in the same text is done then only. */
export function toOwnerCheck(table: string, owner: TableOwner): string {
  return toOwnerChains(owner)
    .map((chain) => `delete chain inet ${table} ${chain}\n`)
    .join("");
}

/** Nothing where these are not the chains of a guard's table. */
export function parseOwnerChains(chains: readonly string[]): TableOwner | undefined {
  const owner = matchFirst(chains, /^owner_(\d+)_(\d+)_(\d+)_(command|pod|host)_(closed|open)$/);
  if (owner === undefined) return undefined;
  const [, pid, startTicks, pidNamespace, scope, onDeath] = owner;
  const cgroup = parseCgroup(chains);
  return {
    pid: Number(pid),
    startTicks: Number(startTicks),
    pidNamespace: Number(pidNamespace),
    scope: scope === "command" || scope === "pod" ? scope : "host",
    onDeath: onDeath === "open" ? "open" : "closed",
    ...(cgroup !== "" && { cgroup }),
  };
}

function parseCgroup(chains: readonly string[]): string {
  const digits: string[] = [];
  for (let part = 0; ; part += 1) {
    const found = matchFirst(chains, new RegExp(`^cgroup_${part}_([0-9a-f]+)$`));
    if (found === undefined) return Buffer.from(digits.join(""), "hex").toString();
    digits.push(found[1] ?? "");
  }
}

function matchFirst(texts: readonly string[], pattern: RegExp): RegExpExecArray | undefined {
  for (const text of texts) {
    const match = pattern.exec(text);
    if (match !== null) return match;
  }
  return undefined;
}
