/** Which line of a policy decides over a destination, for people who wonder. Pure. */
import type { Policy } from "../../protocol/index.ts";
import { addressBits } from "./address-block.ts";
import { createBuiltInSets } from "./built-in-sets.ts";
import {
  createEgressRules,
  decideEgress,
  type Decision,
  type Destination,
  type EgressRules,
  isDenial,
} from "./decide.ts";
import {
  type DestinationPattern,
  parseDestinationPattern,
  TRANSPORTS,
} from "./destination-pattern.ts";
import type { DestinationRule } from "./destination-table.ts";
import { toIpText } from "./ip-address.ts";
import { createNamePolicy } from "./name-policy.ts";
import type { Parsed } from "./parsed.ts";

export interface Explanation {
  /** `github.com:443/tcp`: with nothing left out. */
  readonly destination: string;
  readonly outcome: "allowed" | "refused" | "reported";
  /** The entry that decided; null: none did. */
  readonly entry: { readonly list: "allow" | "deny"; readonly index: number } | null;
  /** `egress.allow: …`, `default`, `loopback`, `no-policy`, … as a report has it. */
  readonly rule: string;
  readonly remarks: readonly string[];
}

const HTTPS_PORT = 443;
const ASK = "ask for one destination, such as github.com:443 or [2001:db8::1]:443/tcp";

/**
 * `text` is one host with a port and a transport; 443 and tcp where they are left out. `knownBad`: what the guard denies of itself.
 */
export function explainDestination(
  policy: Policy,
  text: string,
  knownBad: readonly string[] = [],
): Parsed<Explanation> {
  const parsed = parseDestinationPattern(text);
  if ("problem" in parsed) return { problem: `${JSON.stringify(text)} ${parsed.problem}` };
  const destination = toDestination(parsed.value);
  if (destination === undefined)
    return { problem: `${JSON.stringify(text)} stands for many: ${ASK}` };
  const decision = decideEgress(createEgressRules(policy, [], knownBad), destination);
  const { allowed, rule } = decision;
  const isDenied = isDenial(decision);
  const entry = findEntry(policy, rule);
  const isRefused = policy.egress?.mode === "block" || isDenied;
  const unhindered = isRefused ? "refused" : "reported";
  return {
    value: {
      destination: describe(destination),
      outcome: allowed ? "allowed" : unhindered,
      entry,
      rule,
      remarks: [
        ...explainMode(policy, { allowed, isDenied }),
        ...(destination.ip === undefined
          ? explainName(policy, destination, { allowed, rule })
          : explainAddress(rule)),
        ...explainBuiltIn(policy, destination, rule),
      ],
    },
  };
}

function toDestination({ host, ports, transport = "tcp" }: DestinationPattern) {
  const hasPorts = transport === "tcp" || transport === "udp";
  if (ports !== undefined && ports.from !== ports.to) return undefined;
  const port = hasPorts ? (ports?.from ?? HTTPS_PORT) : undefined;
  if (host.type === "name") return { transport, port, domains: [host.name] };
  if (host.type !== "addresses") return undefined;
  const { first, prefix } = host.block;
  return prefix === addressBits(first)
    ? { transport, port, ip: toIpText(first), domains: [] }
    : undefined;
}

function describe({ transport, ip, port, domains }: Destination): string {
  const host = ip?.includes(":") ? `[${ip}]` : (ip ?? domains[0] ?? "");
  return `${host}${port === undefined ? "" : `:${port}`}/${transport}`;
}

function findEntry({ egress }: Policy, rule: string): Explanation["entry"] {
  for (const list of ["allow", "deny"] as const) {
    const index = (egress?.[list] ?? []).findIndex((text) => rule === `egress.${list}: ${text}`);
    if (index >= 0) return { list, index };
  }
  return null;
}

function explainMode(
  { egress }: Policy,
  { allowed, isDenied }: { readonly allowed: boolean; readonly isDenied: boolean },
): string[] {
  if (allowed || egress === undefined || egress.mode === "block") return [];
  return isDenied
    ? ["Mode audit refuses what egress.deny lists, known bad destinations, and nothing else."]
    : ["Mode audit reports it and lets it through; mode block would refuse it."];
}

const BY_NAME =
  "It is reached by this name: its addresses are open once DNS has given them for it, and a while longer than the answer lasts.";

function explainName(policy: Policy, destination: Destination, decision: Decision): string[] {
  const { egress } = policy;
  if (egress === undefined) return [];
  const rules = createEgressRules(policy);
  const byAddress = findAddressRules(rules, destination);
  if (decision.allowed) return [explainAllowedName(byAddress)];
  const names = createNamePolicy({
    rules,
    mode: egress.mode,
    dns: egress.dns,
    searchDomains: [],
  });
  const { isAnswered, rule } = names.decide(destination.domains[0] ?? "");
  if (!isAnswered) return [`DNS does not even answer for the name (${rule}).`];
  const mayPass = decision.rule === "default" && byAddress.length > 0;
  return [
    `DNS answers for the name (${rule}); what is judged is the connection.`,
    ...(mayPass ? [`It is allowed all the same where DNS leads to ${toListed(byAddress)}.`] : []),
  ];
}

/** What an entry for every host, or for a block, covers is open whether or not anybody asked for a name. */
function explainAllowedName(byAddress: readonly DestinationRule[]): string {
  const forEvery = byAddress.find(({ host }) => host.type === "any");
  if (forEvery !== undefined) {
    return `Every address is open on this port, by this name or without it (${forEvery.decision.rule}).`;
  }
  return byAddress.length === 0
    ? `${BY_NAME} The same addresses without the name are not.`
    : `${BY_NAME} The same addresses without the name are open only where they lie in ${toListed(byAddress)}.`;
}

/** Entries that cover addresses, and not names, on the destination's port. */
function findAddressRules({ tables }: EgressRules, { transport, port = 0 }: Destination) {
  return (tables?.allow.rules ?? []).filter(
    ({ host, ports, transports }) =>
      (host.type === "any" || host.type === "addresses") &&
      TRANSPORTS.some((known) => known === transport && transports.has(known)) &&
      (transport === "icmp" || transport === "raw" || (ports.from <= port && port <= ports.to)),
  );
}

/** An entry or some; the rest of a long list is counted. */
const MAX_LISTED = 3;

function toListed(rules: readonly DestinationRule[]): string {
  const more = rules.length - MAX_LISTED;
  const texts = rules.slice(0, MAX_LISTED).map(({ decision }) => decision.rule);
  return `${texts.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function explainAddress(rule: string): string[] {
  return rule === "default"
    ? [
        "An address that no entry lists is open for as long as DNS has given it for a name that is allowed: ask for that name.",
      ]
    : [];
}

/** `watch` allows more than the policy does. */
function explainBuiltIn(policy: Policy, destination: Destination, rule: string): string[] {
  if (rule !== "default") return [];
  const sets = createBuiltInSets("github-actions", { server: undefined, api: undefined });
  return sets
    .filter((set) => decideEgress(createEgressRules(policy, [set]), destination).allowed)
    .map(
      ({ id, asOf }) =>
        `Under GitHub Actions, watch allows it all the same (built-in set ${id} of ${asOf}), unless --built-in none is given.`,
    );
}
