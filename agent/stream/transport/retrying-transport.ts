/** Patience with a collector that is away or busy: what cannot be right is never tried again. */
import { createBackoff, waitFor } from "../waits.ts";
import type { Reply, Transport } from "./transport.ts";

export interface RetryingOptions {
  /** Of the wait before the second try; it doubles with each. */
  readonly firstWaitMs: number;
  readonly maxWaitMs: number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Once for each try that failed. */
  readonly onFailure: (reason: string) => void;
}

const RETRIED: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Tries until there is an answer that is one, or the signal is aborted: that is its deadline. */
export function createRetryingTransport(inner: Transport, options: RetryingOptions): Transport {
  return {
    async send(request, signal) {
      const { firstWaitMs, maxWaitMs, random } = options;
      // Agents that lost their collector together do not come back together.
      const backoff = createBackoff(firstWaitMs, maxWaitMs, random);
      let before: Reply | undefined;
      for (;;) {
        const reply = await inner.send(request, signal);
        if (!isWorthAnother(reply)) return reply;
        // What was wrong says more than that the time is over.
        if (signal.aborted) return before ?? reply;
        before = reply;
        options.onFailure(describe(reply));
        // At the end of a run nothing else keeps the guard alive.
        await waitFor(backoff.next(toAskedMs(reply)), signal, { keepsAlive: true });
        if (signal.aborted) return reply;
      }
    },
    [Symbol.dispose]: () => inner[Symbol.dispose](),
  };
}

function isWorthAnother(reply: Reply): boolean {
  return reply.status === "unreachable" || RETRIED.has(reply.code);
}

function toAskedMs(reply: Reply): number {
  return reply.status === "answered" ? (reply.retryAfterMs ?? 0) : 0;
}

function describe(reply: Reply): string {
  return reply.status === "unreachable" ? reply.reason : `it answers with status ${reply.code}`;
}
