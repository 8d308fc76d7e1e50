/** Which line of a policy decides over a destination, for people who wonder. Pure. */
import type { Policy } from "../../protocol/index.ts";
import { addressBits } from "./address-block.ts";
import { createBuiltInSets } from "./built-in-sets.ts";
import { createEgressRules, decideEgress, type Destination } from "./decide.ts";
import { type DestinationPattern, parseDestinationPattern } from "./destination-pattern.ts";
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

/** `text` is one host with a port and a transport; 443 and tcp where they are left out. */
export function explainDestination(policy: Policy, text: string): Parsed<Explanation> {
  const parsed = parseDestinationPattern(text);
  if ("problem" in parsed) return { problem: `${JSON.stringify(text)} ${parsed.problem}` };
  const destination = toDestination(parsed.value);
  if (destination === undefined)
    return { problem: `${JSON.stringify(text)} stands for many: ${ASK}` };
  const { allowed, rule } = decideEgress(createEgressRules(policy), destination);
  const entry = findEntry(policy, rule);
  const isRefused = policy.egress?.mode === "block" || entry?.list === "deny";
  const unhindered = isRefused ? "refused" : "reported";
  return {
    value: {
      destination: describe(destination),
      outcome: allowed ? "allowed" : unhindered,
      entry,
      rule,
      remarks: [
        ...explainMode(policy, allowed, entry?.list),
        ...(destination.ip === undefined
          ? explainName(policy, destination, allowed)
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

function explainMode({ egress }: Policy, allowed: boolean, list: string | undefined): string[] {
  if (allowed || egress === undefined || egress.mode === "block") return [];
  return list === "deny"
    ? ["Mode audit refuses what egress.deny lists, and nothing else."]
    : ["Mode audit reports it and lets it through; mode block would refuse it."];
}

function explainName(policy: Policy, { domains }: Destination, allowed: boolean): string[] {
  const [name = ""] = domains;
  const { egress } = policy;
  if (egress === undefined) return [];
  if (allowed) {
    return [
      "It is reached by this name: its addresses are open once DNS has given them for it, and a while longer than the answer lasts. The same addresses without the name are not.",
    ];
  }
  const names = createNamePolicy({
    rules: createEgressRules(policy),
    mode: egress.mode,
    dns: egress.dns,
    searchDomains: [],
  });
  const { isAnswered, rule } = names.decide(name);
  return isAnswered
    ? [`DNS answers for the name (${rule}); what is judged is the connection.`]
    : [`DNS does not even answer for the name (${rule}).`];
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
