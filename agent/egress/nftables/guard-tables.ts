import { readTableNames } from "../netlink/table-names.ts";
import { listNft } from "./nft-program.ts";
import { isGuardTable } from "./table-name.ts";
import { parseOwnerChains } from "./table-owner.ts";
import type { TableOwner } from "./table-owner.ts";

export interface GuardTable {
  readonly name: string;
  /** Whether a table of the family netdev goes with it. */
  readonly hasFrames: boolean;
  /** Undefined where the table does not say: it is none of a guard's, or was tampered with. */
  readonly owner: TableOwner | undefined;
}

export type GuardTables =
  | { readonly status: "done"; readonly tables: readonly GuardTable[] }
  | { readonly status: "failed"; readonly reason: string };

/** False: there are none in the network namespace of the calling thread, and nft need not be started to say so. */
export function mayHaveGuardTables(): boolean {
  try {
    return readTableNames()?.some(isGuardTable) ?? true;
  } catch {
    return true;
  }
}

/** Guards' tables of the current network namespace. */
export async function listGuardTables(nft: string): Promise<GuardTables> {
  const listing = await listNft(nft, ["chains"]);
  return listing.status === "done"
    ? { status: "done", tables: parseGuardTables(listing.text) }
    : listing;
}

/** Reads what `nft list chains` prints: a line for each table and chain, and those of hooks. */
function parseGuardTables(text: string): readonly GuardTable[] {
  const chains = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const line of text.split("\n")) {
    const table = /^table (\w+) (\S+) \{/.exec(line);
    if (table !== null) {
      current = [];
      chains.set(`${table[1]} ${table[2]}`, current);
    }
    const chain = /^\tchain (\S+) \{/.exec(line)?.[1];
    if (chain !== undefined) current?.push(chain);
  }
  return [...chains].flatMap(([key, names]) => {
    const [family, name = ""] = key.split(" ");
    if (family !== "inet" || !isGuardTable(name)) return [];
    return [{ name, hasFrames: chains.has(`netdev ${name}`), owner: parseOwnerChains(names) }];
  });
}
