import type { RouteMessage } from "../netlink/route-message.ts";

/** Which addresses the machine has: the kernel tells of one that it has already whenever its lifetime is renewed. */
export interface OwnAddresses {
  /** The address that became one of the machine's own by this change, and was none before. */
  findTaken(change: RouteMessage): string | undefined;
}

/** A machine has some dozens. Those of a job that gives itself more are told of again. */
const MAX_ADDRESSES = 4_096;

export function createOwnAddresses(atStart: Iterable<string>): OwnAddresses {
  const own = new Set(atStart);
  return {
    findTaken(change) {
      const { ip, deed } = change;
      if (ip === undefined || !isOfOwnAddress(change)) return undefined;
      if (deed === "deleted") own.delete(ip);
      if (deed !== "added" || own.has(ip)) return undefined;
      if (own.size < MAX_ADDRESSES) own.add(ip);
      return ip;
    },
  };
}

/** Each address has such a route, and one can be made without the address. */
function isOfOwnAddress({ kind, ip, prefix, isLocal }: RouteMessage): boolean {
  if (kind === "address") return true;
  const isSingle = prefix === (ip?.includes(":") === true ? 128 : 32);
  return kind === "route" && isLocal === true && isSingle;
}
