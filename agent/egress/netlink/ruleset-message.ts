import { parseAttributes, textOf, uint32Of } from "./netlink-attributes.ts";
import { type NetlinkMessage, splitBody } from "./netlink-message.ts";

/** include/uapi/linux/netfilter/nf_tables.h */
const NFNL_SUBSYS_NFTABLES = 10;
const NFT_MSG_NEWGEN = 15;
/** The same number for tables, chains, rules, sets, lists of elements, objects and flow tables. */
const NFTA_TABLE = 1;
const NFTA_GEN_ID = 1;
const NFTA_GEN_PROC_PID = 2;
const NFTA_GEN_PROC_NAME = 3;

/** What is told of something that was there and was altered is that it was added. */
const CHANGES: Readonly<Record<number, string>> = {
  0: "table added",
  2: "table deleted",
  3: "chain added",
  5: "chain deleted",
  6: "rule added",
  8: "rule deleted",
  9: "set added",
  11: "set deleted",
  12: "element added",
  14: "element deleted",
  18: "object added",
  20: "object deleted",
  22: "flow table added",
  24: "flow table deleted",
};
const FAMILIES: Readonly<Record<number, string>> = {
  1: "inet",
  2: "ip",
  3: "arp",
  5: "netdev",
  7: "bridge",
  10: "ip6",
};

export type RulesetMessage =
  | {
      readonly kind: "change";
      readonly what: string;
      readonly family: string;
      readonly table: string;
    }
  | {
      /** Ends what the kernel tells of a transaction. */
      readonly kind: "generation";
      readonly generation: number | undefined;
      /** As the first pid namespace counts, whichever the reader is in (task_pid_nr in net/netfilter/nf_tables_api.c). */
      readonly pid: number | undefined;
      /** What the process calls itself. */
      readonly program: string | undefined;
    };

export function parseRulesetMessage({ type, body }: NetlinkMessage): RulesetMessage | undefined {
  if (type >> 8 !== NFNL_SUBSYS_NFTABLES) return undefined;
  const parts = splitBody(body);
  if (parts === undefined) return undefined;
  const attributes = parseAttributes(parts.attributes);
  const number = type & 0xff;
  if (number === NFT_MSG_NEWGEN) {
    return {
      kind: "generation",
      generation: uint32Of(attributes, NFTA_GEN_ID),
      pid: uint32Of(attributes, NFTA_GEN_PROC_PID),
      program: textOf(attributes, NFTA_GEN_PROC_NAME),
    };
  }
  return {
    kind: "change",
    what: CHANGES[number] ?? "something changed",
    family: FAMILIES[parts.family] ?? String(parts.family),
    table: textOf(attributes, NFTA_TABLE) ?? "",
  };
}
