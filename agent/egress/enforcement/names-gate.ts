/** The DNS gate with the resolvers behind it, held against policy. */
import type { FoundResolvers } from "../dns/configured-resolvers.ts";
import { createDnsUpstream } from "../dns/create-upstream.ts";
import type { GateQuery } from "../dns/dns-gate-options.ts";
import { type DnsGate, startDnsGate } from "../dns/dns-gate.ts";
import type { DnsUpstream } from "../dns/dns-upstream.ts";
import { createDoubtingUpstream, type ResolverTrust } from "../dns/doubting-upstream.ts";
import type { ListenAddress } from "../dns/listen-for-dns.ts";
import { UPSTREAM_BOUNDS, UPSTREAM_TIMEOUTS } from "../dns/upstream-limits.ts";
import type { NameDecision } from "../name-policy.ts";
import type { CurrentPolicy } from "./current-policy.ts";
import { findMissingHosts } from "./missing-hosts.ts";
import type { Opener } from "./opener.ts";
import { resolveAddress } from "./resolve-address.ts";

export interface NamesGateOptions {
  readonly resolvers: FoundResolvers;
  readonly mark: number | null;
  /** Absent where nobody looks whether they are the resolvers still. */
  readonly trust?: ResolverTrust;
  readonly listen: readonly ListenAddress[];
  readonly policy: CurrentPolicy;
  readonly opener: Opener;
  readonly report: (query: GateQuery) => void;
  readonly onFailure: (reason: string) => void;
}

export interface NamesGate extends DnsGate {
  /** Of these names those that do not exist. */
  findMissing(names: readonly string[]): Promise<readonly string[]>;
  /** Of the guard itself, past policy. */
  resolve(name: string): Promise<readonly string[]>;
}

export type NamesGateStart =
  | { readonly status: "listening"; readonly gate: NamesGate }
  | { readonly status: "failed"; readonly reason: string };

export async function startNamesGate(options: NamesGateOptions): Promise<NamesGateStart> {
  const { policy, opener, onFailure } = options;
  const upstream = createUpstream(options);
  const start = await startDnsGate({
    listen: options.listen,
    upstream,
    decide: (name) => decide(name, policy, opener),
    isDenied: (name) => policy.names.isDenied(name),
    refuses: () => policy.mode === "block",
    stripsEch: () => policy.mode === "block" && policy.sni === "verify",
    open: (learned) => {
      const outcome = opener.open(learned);
      // In audit mode the guard never stands in the way of a name.
      return policy.mode === "audit" ? "opened" : outcome;
    },
    report: options.report,
    onFailure,
  });
  if (start.status === "failed") {
    upstream[Symbol.dispose]();
    return start;
  }
  const { gate } = start;
  return {
    status: "listening",
    gate: {
      ports: gate.ports,
      findMissing: (names) => findMissingHosts(upstream, names),
      resolve: (name) => resolveAddress(upstream, name),
      get counters() {
        return gate.counters;
      },
      async [Symbol.asyncDispose]() {
        // First: the gate waits for the answers to its questions, and these end at once thereby.
        upstream[Symbol.dispose]();
        await gate[Symbol.asyncDispose]();
      },
    },
  };
}

function createUpstream({
  resolvers,
  mark,
  trust,
  policy,
  onFailure,
}: NamesGateOptions): DnsUpstream {
  const upstream = createDnsUpstream({
    resolvers: resolvers.resolvers,
    mark,
    timeouts: UPSTREAM_TIMEOUTS,
    bounds: UPSTREAM_BOUNDS,
    isTcpOnly: resolvers.isTcpOnly,
    onForgery: ({ resolver, what }) => onFailure(`${resolver}: ${what}`),
  });
  // In audit mode the guard never stands in the way of a name.
  const isEnforced = (): boolean => policy.mode === "block";
  return trust === undefined ? upstream : createDoubtingUpstream(upstream, { trust, isEnforced });
}

/** What a record of an allowed name pointed at may be asked for too. */
function decide(name: string, { names }: CurrentPolicy, opener: Opener): NameDecision {
  const own = names.decide(name);
  if (own.verdict === "allowed" && own.isAnswered) return own;
  if (names.isDenied(name)) return own;
  const [origin] = opener.originsOf(name);
  if (origin === undefined) return own;
  const behalf = names.decide(origin.origin);
  return behalf.isAnswered ? behalf : own;
}
