import { createAnswerSource } from "./answer-source.ts";
import type { DnsGateOptions } from "./dns-gate-options.ts";
import { GATE_BOUNDS } from "./gate-bounds.ts";
import { listenForDns } from "./listen-for-dns.ts";
import type { DnsListener } from "./listen-for-dns.ts";
import { createQueryHandler } from "./query-handler.ts";
import type { QueryCounters } from "./query-handler.ts";

/** The resolver to which all questions of the job are led. */
export interface DnsGate extends AsyncDisposable {
  /** The first port of each family, the same for UDP and TCP; undefined where the machine lacks the family. */
  readonly ports: { readonly ipv4: number | undefined; readonly ipv6: number | undefined };
  readonly counters: QueryCounters & {
    /** TCP connections that were closed to make room for others. */
    readonly crowdedOut: number;
  };
}

export type DnsGateStart =
  | { readonly status: "listening"; readonly gate: DnsGate }
  | { readonly status: "failed"; readonly reason: string };

export async function startDnsGate(options: DnsGateOptions): Promise<DnsGateStart> {
  const bounds = { ...GATE_BOUNDS, ...options.bounds };
  const source = createAnswerSource({
    upstream: options.upstream,
    stripsEch: options.stripsEch,
    cache: { entries: bounds.cacheEntries, bytes: bounds.cacheBytes },
    maxInFlight: bounds.questionsInFlight,
    now: options.now ?? (() => performance.now()),
  });
  const handler = createQueryHandler(options, source, bounds);
  const listeners: DnsListener[] = [];
  let crowdedOut = 0;
  for (const address of options.listen) {
    const listening = await listenForDns(address, {
      handle: (message, client, reply) => handler.handle(message, client, reply),
      onFailure: options.onFailure,
      onCrowdedOut: () => {
        crowdedOut += 1;
      },
      bounds,
    });
    if (listening.status === "listening") listeners.push(listening.listener);
    if (listening.status !== "failed") continue;
    await closeAll(listeners);
    return listening;
  }
  if (listeners.length === 0) return { status: "failed", reason: "no address to listen on" };
  const portOf = (family: "ipv4" | "ipv6") => listeners.find((it) => it.family === family)?.port;
  const gate: DnsGate = {
    ports: { ipv4: portOf("ipv4"), ipv6: portOf("ipv6") },
    get counters() {
      return { ...handler.counters(), crowdedOut };
    },
    [Symbol.asyncDispose]: () => closeAll(listeners),
  };
  return { status: "listening", gate };
}

async function closeAll(listeners: readonly DnsListener[]): Promise<void> {
  await Promise.all(listeners.map((listener) => listener[Symbol.asyncDispose]()));
}
