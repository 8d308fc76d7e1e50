/** Several addresses of a collector: the one that worked last, and when it fails the next, in their order. */
import type { Reply, Transport } from "./transport.ts";

/** Whoever answers that it is asked too much (429) is there: another one would be asked as much. */
const AWAY: ReadonlySet<number> = new Set([502, 503, 504]);

/** One try at each: patience is a matter of whoever asks. */
export function createFailoverTransport(transports: readonly Transport[]): Transport {
  let current = 0;
  return {
    async send(request, signal) {
      let last: Reply = { status: "unreachable", reason: "there is no address" };
      for (let tried = 0; tried < transports.length && !signal.aborted; tried += 1) {
        const transport = transports[current];
        if (transport === undefined) break;
        last = await transport.send(request, signal);
        if (last.status === "answered" && !AWAY.has(last.code)) return last;
        current = (current + 1) % transports.length;
      }
      return last;
    },
    [Symbol.dispose]() {
      for (const transport of transports) transport[Symbol.dispose]();
    },
  };
}
