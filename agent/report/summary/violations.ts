import type { Verdict } from "../../../protocol/primitives.ts";
import type { Report } from "../../../protocol/report.ts";
import { toKey } from "../model/folded-list.ts";
import { toDestinationName } from "./destination-words.ts";

/** A destination that policy does not allow, whoever tried it and how often. Text is the job's, unescaped. */
export interface Violation {
  readonly verdict: ForbiddingVerdict;
  /** As a policy's entry names it; a name alone where nothing got so far as to connect to it. */
  readonly destination: string;
}

type ForbiddingVerdict = Exclude<Verdict, "allowed">;

/** Blocked ones first, otherwise in the order they were tried. */
export function toViolations({ connections, dnsQueries }: Report): Violation[] {
  const violations = new Map<string, Violation>();
  const hosts = new Set<string>();
  for (const { verdict, destination, network, rule } of connections) {
    if (verdict === "allowed") continue;
    const host = destination.domain ?? destination.ip ?? destination.path ?? "(no address)";
    const ports = destination.port === undefined ? [] : [destination.port];
    const name = toDestinationName({ host, ports, transport: network.transport, rule });
    hosts.add(toKey(verdict, host));
    violations.set(toKey(verdict, name), { verdict, destination: name });
  }
  for (const { verdict, name } of dnsQueries) {
    if (verdict === "allowed" || hosts.has(toKey(verdict, name))) continue;
    violations.set(toKey(verdict, name), { verdict, destination: name });
  }
  return [...violations.values()].toSorted(
    (one, other) => ORDER[one.verdict] - ORDER[other.verdict],
  );
}

const ORDER: Readonly<Record<ForbiddingVerdict, number>> = { blocked: 0, "would-block": 1 };
