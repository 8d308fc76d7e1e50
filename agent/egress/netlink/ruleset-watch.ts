import type { NetlinkMessage } from "./netlink-message.ts";
import { createNetlinkSocket } from "./netlink-socket.ts";
import { parseRulesetMessage, type RulesetMessage } from "./ruleset-message.ts";

/** include/uapi/linux/netfilter/nfnetlink.h */
const NFNLGRP_NFTABLES = 7;
/** Some thousands of changes between two looks. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/**
 * Of one transaction, different in what was done to which table. Whoever makes more, to hide one among them, makes an
 * overrun.
 */
const MAX_CHANGES = 256;

export interface RulesetChange {
  /** `table deleted`, `rule added` and the like. Told once for each transaction and table, however many there were. */
  readonly what: string;
  /** `inet`, `ip`, `ip6`, `arp`, `bridge` or `netdev`. */
  readonly family: string;
  readonly table: string;
  /** Of the netlink socket that asked for it. */
  readonly portId: number;
  /** As the first pid namespace counts. Absent where the kernel's word on it was lost. */
  readonly pid?: number;
  /** What the process calls itself: hostile text. */
  readonly program?: string;
}

export interface RulesetWatchOptions {
  readonly onChange: (change: RulesetChange) => void;
  /** Changes were lost, so that anything may have happened. */
  readonly onOverrun: () => void;
  /** Of the guard's own element writer: what it changes is not told, and costs nothing. */
  readonly ownPortId?: number;
}

export interface RulesetWatch extends Disposable {
  /** Tells what changed since the last time. Never waits. */
  poll(): void;
}

type Change = Extract<RulesetMessage, { kind: "change" }>;
type Generation = Extract<RulesetMessage, { kind: "generation" }>;

interface Transaction {
  readonly portId: number;
  readonly changes: Map<string, Change>;
  isTooLarge: boolean;
  hasWaited: boolean;
}

/** Tells what anybody changes in nftables, in the network namespace of the calling thread. */
export function createRulesetWatch(options: RulesetWatchOptions): RulesetWatch {
  const socket = createNetlinkSocket({
    receiveBufferBytes: RECEIVE_BUFFER_BYTES,
    groups: [NFNLGRP_NFTABLES],
    ...(options.ownPortId !== undefined && { withoutPortId: options.ownPortId }),
  });
  const transactions = createTransactionReader(options);
  return {
    poll() {
      const { messages, hasOverrun } = socket.receive();
      for (const message of messages) transactions.read(message);
      if (hasOverrun) {
        transactions.end();
        options.onOverrun();
      }
      transactions.endIfForgotten();
    },
    [Symbol.dispose]: () => socket[Symbol.dispose](),
  };
}

/** The kernel tells the changes of a transaction one after the other, then who made it, then those of the next one. */
function createTransactionReader({ onChange, onOverrun }: RulesetWatchOptions) {
  let current: Transaction | undefined;
  const end = (generation?: Generation) => {
    const ended = current;
    current = undefined;
    if (ended === undefined) return;
    for (const change of ended.changes.values()) {
      onChange(toRulesetChange(change, ended.portId, generation));
    }
    if (ended.isTooLarge) onOverrun();
  };
  return {
    read(message: NetlinkMessage): void {
      const parsed = parseRulesetMessage(message);
      if (parsed === undefined) return;
      if (current?.portId !== message.portId) end();
      if (parsed.kind === "generation") {
        end(parsed);
        return;
      }
      current ??= {
        portId: message.portId,
        changes: new Map(),
        isTooLarge: false,
        hasWaited: false,
      };
      addChange(current, parsed);
    },
    /** What is known of it is told, without the process. */
    end,
    /** A look may come in the middle of a transaction, but the next one finds its end. */
    endIfForgotten(): void {
      if (current?.hasWaited === true) end();
      else if (current !== undefined) current.hasWaited = true;
    },
  };
}

function addChange(transaction: Transaction, change: Change): void {
  const key = `${change.what} ${change.family} ${change.table}`;
  if (transaction.changes.has(key)) return;
  if (transaction.changes.size >= MAX_CHANGES) transaction.isTooLarge = true;
  else transaction.changes.set(key, change);
}

function toRulesetChange(
  { what, family, table }: Change,
  portId: number,
  generation: Generation | undefined,
): RulesetChange {
  const { pid, program } = generation ?? {};
  return {
    what,
    family,
    table,
    portId,
    ...(pid === undefined ? {} : { pid }),
    ...(program === undefined ? {} : { program }),
  };
}
