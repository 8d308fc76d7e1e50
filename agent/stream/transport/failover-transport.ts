/** Several addresses of a collector: the one that worked last, and when it fails the next, in their order. */
import type { Reply, Transport } from "./transport.ts";

/** Whoever answers that it is asked too much (429) is there: another one would be asked as much. */
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);
const TAKEN: ReadonlySet<number> = new Set([200, 201]);

export interface FailoverOptions {
  /** As people know it. */
  readonly name: string;
  readonly transport: Transport;
}

/** One try at each: patience is a matter of whoever asks. `onTaken` hears which one did what it was asked for. */
export function createFailoverTransport(
  addresses: readonly FailoverOptions[],
  onTaken: (name: string) => void = () => undefined,
): Transport {
  let current = 0;
  return {
    async send(request, signal) {
      let last: Reply = { status: "unreachable", reason: "there is no address" };
      for (let tried = 0; tried < addresses.length && !signal.aborted; tried += 1) {
        const address = addresses[current];
        if (address === undefined) break;
        last = withName(await address.transport.send(request, signal), address, addresses);
        if (last.status === "answered" && TAKEN.has(last.code)) onTaken(address.name);
        if (last.status === "answered" && !AWAY.has(last.code)) return last;
        current = (current + 1) % addresses.length;
      }
      return last;
    },
    [Symbol.dispose]() {
      for (const { transport } of addresses) transport[Symbol.dispose]();
    },
  };
}

/** Where there are several, somebody has to know which of them is meant. */
function withName(reply: Reply, { name }: FailoverOptions, { length }: ArrayLike<unknown>): Reply {
  if (reply.status === "answered" || length === 1) return reply;
  return { ...reply, reason: `${name}: ${reply.reason}` };
}
