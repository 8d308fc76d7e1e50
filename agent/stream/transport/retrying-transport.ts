/** Patience with a collector that is away or busy: what cannot be right is never tried again. */
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
      let before: Reply | undefined;
      for (let tries = 0; ; tries += 1) {
        const reply = await inner.send(request, signal);
        if (!isWorthAnother(reply)) return reply;
        // What was wrong says more than that the time is over.
        if (signal.aborted) return before ?? reply;
        before = reply;
        options.onFailure(describe(reply));
        await wait(toWaitMs(reply, tries, options), signal);
        if (signal.aborted) return reply;
      }
    },
    [Symbol.dispose]: () => inner[Symbol.dispose](),
  };
}

function isWorthAnother(reply: Reply): boolean {
  return reply.status === "unreachable" || RETRIED.has(reply.code);
}

/** Between half of it and all of it by chance: agents that lost their collector together do not come back together. */
function toWaitMs(
  reply: Reply,
  tries: number,
  { firstWaitMs, maxWaitMs, random }: RetryingOptions,
): number {
  const wanted = Math.min(firstWaitMs * 2 ** tries, maxWaitMs);
  const own = wanted * (0.5 + random() / 2);
  const asked = reply.status === "answered" ? (reply.retryAfterMs ?? 0) : 0;
  // What is asked for is the least; the chance comes on top.
  return asked === 0 ? own : asked + firstWaitMs * random();
}

function describe(reply: Reply): string {
  return reply.status === "unreachable" ? reply.reason : `it answers with status ${reply.code}`;
}

/** Keeps nobody alive. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (): void => resolve();
  const timer = setTimeout(end, ms);
  signal.addEventListener("abort", end, { once: true });
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  });
}
