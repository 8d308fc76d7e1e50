/** What policy says of a name: whether it is answered, and what its addresses are opened for. Pure. */
import type { DnsPolicy, EnforcementMode, SniPolicy, Verdict } from "../../protocol/index.ts";
import { type EgressRules, isWrittenFor } from "./decide.ts";
import type { DestinationRule } from "./destination-table.ts";
import type { PortRange } from "./port-range.ts";
import { splitPorts, subtractPorts } from "./port-range.ts";

/** What becomes of a question. */
export interface NameDecision {
  readonly isAnswered: boolean;
  readonly verdict: Verdict;
  readonly rule: string;
}

/** What an address that a name has may be used for. */
export interface Opening {
  readonly transport: "tcp" | "udp";
  readonly ports: PortRange;
}

export interface NamePolicy {
  /** `name` in the canonical spelling. */
  decide(name: string): NameDecision;
  /** Policy denies the name on every port. */
  isDenied(name: string): boolean;
  /** Two of them, of whatever names, have the same ports or none in common: the packet filter takes no ranges that overlap. */
  openingsFor(name: string): readonly Opening[];
  /** The names of policy that this one may stand for, itself first. */
  policyNamesOf(name: string): readonly string[];
}

export interface NamePolicyOptions {
  readonly rules: EgressRules;
  readonly mode: EnforcementMode;
  readonly dns: DnsPolicy;
  /** With server names checked nothing goes out on port 443 whose server name cannot be read: QUIC's is encrypted. */
  readonly sni?: SniPolicy;
  /** Of the machine's resolver, in the canonical spelling: what it appends to short names. */
  readonly searchDomains: readonly string[];
}

const NO_POLICY: NameDecision = { isAnswered: true, verdict: "allowed", rule: "no-policy" };
const HTTPS: PortRange = { from: 443, to: 443 };
const REVERSE = /\.(?:in-addr|ip6)\.arpa$/;

export function createNamePolicy(options: NamePolicyOptions): NamePolicy {
  const { tables } = options.rules;
  const boundaries = findBoundaries(tables);
  const spellings = (name: string): string[] => toPolicyNames(name, options.searchDomains);
  const covering = (list: "allow" | "deny" | "knownBad", name: string): DestinationRule[] =>
    spellings(name).flatMap((spelling) => [...(tables?.[list].covering(spelling) ?? [])]);
  const denying = (name: string): DestinationRule[] => {
    const isMeant = covering("allow", name).some(isWrittenFor);
    return [...covering("deny", name), ...(isMeant ? [] : covering("knownBad", name))];
  };
  const findDenial = (name: string): DestinationRule | undefined =>
    denying(name).find(deniesWholly);

  return {
    decide(name) {
      if (tables === undefined) return NO_POLICY;
      const denial = findDenial(name);
      if (denial !== undefined) return forbid(denial.decision.rule, options);
      if (options.rules.isOpen) return NO_POLICY;
      const [allowing] = covering("allow", name);
      if (allowing !== undefined) {
        return { isAnswered: true, verdict: "allowed", rule: allowing.decision.rule };
      }
      if (options.dns === "any") {
        return { isAnswered: true, verdict: "allowed", rule: "egress.dns: any" };
      }
      return options.mode === "block" ? decideUnlisted(name, options, covering) : AUDITED;
    },
    policyNamesOf: spellings,
    isDenied: (name) => findDenial(name) !== undefined,
    openingsFor(name) {
      const denied = denying(name);
      if (denied.some(deniesWholly)) return [];
      const openings = covering("allow", name)
        .filter(({ host }) => host.type !== "any")
        .flatMap((rule) => toOpenings(rule, denied, options))
        .flatMap(({ transport, ports }) =>
          splitPorts(ports, boundaries).map((part) => ({ transport, ports: part })),
        );
      return withoutRepeats(openings);
    },
  };
}

const AUDITED: NameDecision = { isAnswered: true, verdict: "would-block", rule: "default" };

/** In audit mode everything resolves: what policy denies is refused when it is connected to. */
function forbid(rule: string, { mode }: NamePolicyOptions): NameDecision {
  return mode === "block"
    ? { isAnswered: false, verdict: "blocked", rule }
    : { isAnswered: true, verdict: "would-block", rule };
}

/** Some questions come of themselves and are nobody's attempt at anything; they get no answer, and are no violation. */
function decideUnlisted(
  name: string,
  { searchDomains }: NamePolicyOptions,
  covering: (list: "allow", name: string) => DestinationRule[],
): NameDecision {
  const searched = searchDomains.find((domain) => name.endsWith(`.${domain}`));
  const asked = searched === undefined ? undefined : name.slice(0, -searched.length - 1);
  if (asked !== undefined && covering("allow", asked).length > 0) {
    return { isAnswered: false, verdict: "allowed", rule: "search-domain" };
  }
  if (REVERSE.test(name)) return { isAnswered: false, verdict: "allowed", rule: "reverse-lookup" };
  return { isAnswered: false, verdict: "blocked", rule: "default" };
}

/**
 * The names of policy that a question's name may stand for: itself; without the labels that name a service
 * (`_postgres._tcp.db.example` is asked for db.example's sake, RFC 2782); and a single label that a search domain was
 * appended to. Of longer names no search domain is taken away: whoever controls `com.example` could answer for every name.
 */
function toPolicyNames(name: string, searchDomains: readonly string[]): string[] {
  const names = [name];
  const host = name.replace(/^(?:_[^.]*\.)+/, "");
  if (host !== name && host !== "") names.push(host);
  for (const domain of searchDomains) {
    const label = name.endsWith(`.${domain}`) ? name.slice(0, -domain.length - 1) : "";
    if (label !== "" && !label.includes(".")) names.push(label);
  }
  return names;
}

/** Every port at which some entry's range begins, or the one after its end. */
function findBoundaries(tables: EgressRules["tables"]): readonly number[] {
  const rules = [...(tables?.allow.rules ?? []), ...(tables?.deny.rules ?? [])];
  const boundaries = new Set(rules.flatMap(({ ports }) => [ports.from, ports.to + 1]));
  return [...boundaries].toSorted((one, other) => one - other);
}

function withoutRepeats(openings: readonly Opening[]): Opening[] {
  const byKey = new Map(
    openings.map((opening) => [`${opening.transport} ${opening.ports.from}`, opening]),
  );
  return [...byKey.values()];
}

function deniesWholly({ ports, transports }: DestinationRule): boolean {
  return ports.from <= 1 && ports.to === 65_535 && transports.has("tcp") && transports.has("udp");
}

function toOpenings(
  allowing: DestinationRule,
  denied: readonly DestinationRule[],
  { sni }: NamePolicyOptions,
): Opening[] {
  return [...allowing.transports].flatMap((transport) => {
    if (transport !== "tcp" && transport !== "udp") return [];
    const taken = denied.filter(({ transports }) => transports.has(transport));
    const unreadable = transport === "udp" && sni === "verify" ? [HTTPS] : [];
    const ranges = subtractPorts(allowing.ports, [
      ...taken.map(({ ports }) => ports),
      ...unreadable,
    ]);
    return ranges.map((ports) => ({ transport, ports }));
  });
}
