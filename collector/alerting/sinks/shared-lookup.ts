import type { LookupAddress } from "node:dns";
import type { LookupFunction } from "node:net";

type Answered = (error: Error | null, addresses: readonly LookupAddress[]) => void;
export type LookUp = (host: string, answered: Answered) => void;

/**
 * Asks for a name once at a time, for however many wait for it. The system's resolver may take half a minute for one that nobody answers
 * for, and Node.js has two of them under way at most (half of its threads: docs.libuv.org/en/v1.x/threadpool.html). So a sink whose name is
 * lost takes up one, and the pager's name is still found.
 */
export function createSharedLookup(lookUp: LookUp): LookupFunction {
  const underWay = new Map<string, Answered[]>();
  const ask = (host: string, answered: Answered): void => {
    const others = underWay.get(host);
    if (others !== undefined) {
      others.push(answered);
      return;
    }
    const waiting = [answered];
    underWay.set(host, waiting);
    lookUp(host, (error, addresses) => {
      underWay.delete(host);
      for (const one of waiting) one(error, addresses);
    });
  };
  return (host, { all = false }, callback) => {
    ask(host, (error, addresses) => {
      const [first] = addresses;
      if (all || first === undefined) callback(error, [...addresses]);
      else callback(error, first.address, first.family);
    });
  };
}
