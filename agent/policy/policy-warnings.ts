import type { Policy } from "../../protocol/index.ts";
import { COLLECTOR_RULE_IDS } from "../../protocol/rule-ids.ts";
import { createBroadnessCheck, isRegisteredDomain } from "../egress/broad-destination.ts";
import type { BroadnessCheck } from "../egress/broad-destination.ts";
import { parseDestinationPattern } from "../egress/destination-pattern.ts";
import type { DestinationPattern } from "../egress/destination-pattern.ts";
import type { PolicyDocument } from "./policy-document.ts";
import { toQuoted } from "./printable.ts";
import type { Problem } from "./problem.ts";

/** What is valid and probably not meant. */
export function findPolicyWarnings(policy: Policy, document: PolicyDocument): Problem[] {
  return [
    ...findEmptyAllow(policy, document),
    ...findBroadDestinations(policy, document),
    ...findOverruled(policy, document),
    ...findUncoveredBelow(policy, document),
    ...findRulesOutOfReach(policy, document),
    ...findResponsesOutOfReach(policy, document),
  ];
}

function findEmptyAllow({ egress }: Policy, document: PolicyDocument): Problem[] {
  if (egress === undefined || egress.allow.length > 0) return [];
  return [
    {
      offset: document.offsetOf(["egress", "allow"]),
      message:
        "nothing is allowed, because egress.allow is empty: list what the job needs, or remove egress, and audit mode allows everything",
    },
  ];
}

function findBroadDestinations({ egress }: Policy, document: PolicyDocument): Problem[] {
  const check = createBroadnessCheck();
  return (egress?.allow ?? []).flatMap((text, index) =>
    describeDoubts(text, check).map((doubt) => ({
      offset: document.offsetOf(["egress", "allow", index]),
      message: `egress.allow: ${toQuoted(text)} ${doubt}`,
    })),
  );
}

function describeDoubts(text: string, check: BroadnessCheck): string[] {
  const pattern = toPattern(text);
  if (pattern === undefined) return [];
  const broad = check(pattern);
  const name = asciiName(pattern);
  return [
    ...(broad === undefined ? [] : [`${broad}: write the names that the job needs`]),
    ...(name === undefined || isAscii(text)
      ? []
      : [
          `has letters outside ASCII and is compared as ${name}: make sure that it is the name you mean`,
        ]),
  ];
}

/** An entry on both lists, in whatever spelling. */
function findOverruled({ egress }: Policy, document: PolicyDocument): Problem[] {
  const denied = new Set((egress?.deny ?? []).map((text) => JSON.stringify(toPattern(text)?.host)));
  return (egress?.allow ?? []).flatMap((text, index) => {
    if (!denied.has(JSON.stringify(toPattern(text)?.host))) return [];
    const offset = document.offsetOf(["egress", "allow", index]);
    return [
      {
        offset,
        message: `egress.allow: ${toQuoted(text)} stands in egress.deny too, and deny wins`,
      },
    ];
  });
}

/** Whoever owns a denied domain makes another name below it in a minute. */
function findUncoveredBelow({ egress }: Policy, document: PolicyDocument): Problem[] {
  const hosts = (egress?.deny ?? []).map((text) => toPattern(text)?.host);
  const suffixes = new Set(
    hosts.map((host) => (host?.type === "suffix" ? host.suffix : undefined)),
  );
  const isAnyDenied = hosts.some((host) => host?.type === "any");
  return hosts.flatMap((host, index) => {
    if (host?.type !== "name" || !isRegisteredDomain(host.name)) return [];
    if (isAnyDenied || toSuffixes(host.name).some((suffix) => suffixes.has(suffix))) return [];
    const offset = document.offsetOf(["egress", "deny", index]);
    const message = `egress.deny: ${toQuoted(host.name)} does not cover names below it: add "*.${host.name}"`;
    return [{ offset, message }];
  });
}

/** A name and what it lies below: a wildcard over each covers all below the name. */
function toSuffixes(name: string): string[] {
  const labels = name.split(".");
  return labels.map((_, index) => labels.slice(index).join("."));
}

function findRulesOutOfReach({ rules }: Policy, document: PolicyDocument): Problem[] {
  return Object.entries(rules)
    .filter(([id, setting]) => COLLECTOR_RULE_IDS.includes(id) && setting !== "off")
    .map(([id]) => ({
      offset: document.offsetOfKey(["rules"], id),
      message: `rules.${id} is for a collector, which does not read this file: it changes nothing`,
    }));
}

/** Collectors are to do it, and do not yet. */
const OF_COLLECTOR: ReadonlySet<string | undefined> = new Set(["quarantine-pod", "kill-pod"]);

function findResponsesOutOfReach({ rules }: Policy, document: PolicyDocument): Problem[] {
  return Object.entries(rules).flatMap(([id, setting]) => {
    const response = setting === "off" ? undefined : setting.response;
    if (!OF_COLLECTOR.has(response)) return [];
    const offset = document.offsetOf(["rules", id, "response"]);
    const message = `rules.${id}: ${response} is a collector's to do, and none does it yet: write kill-job, as the guard does until then`;
    return [{ offset, message }];
  });
}

function toPattern(text: string): DestinationPattern | undefined {
  const parsed = parseDestinationPattern(text);
  return "value" in parsed ? parsed.value : undefined;
}

function asciiName({ host }: DestinationPattern): string | undefined {
  if (host.type === "name") return host.name;
  if (host.type === "label") return `${host.before}*${host.after}.${host.suffix}`;
  return host.type === "suffix" ? `*.${host.suffix}` : undefined;
}

function isAscii(text: string): boolean {
  return !/[^ -~]/.test(text);
}
