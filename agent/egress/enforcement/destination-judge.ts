/** What policy says of a destination, with the names that DNS gave it. */
import type { EnforcementMode, Verdict } from "../../../protocol/index.ts";
import type { FlowAddress, Microseconds } from "../../observation.ts";
import type { AddressBook } from "../address-book.ts";
import { decideEgress, type EgressRules, isDenial, toVerdict } from "../decide.ts";
import type { HostsFile } from "../hosts-file.ts";
import type { NameAliases } from "../name-aliases.ts";
import type { NamePolicy } from "../name-policy.ts";

export interface DestinationJudgement {
  readonly verdict: Verdict;
  readonly rule: string;
  /** What it was asked for as. */
  readonly domain?: string | undefined;
}

/** `at`: names come and go. `begun`: the connection was there before, so all names that the address ever had count. */
export type DestinationJudge = (
  address: FlowAddress,
  at: Microseconds | "begun",
) => DestinationJudgement;

export interface DestinationJudgeOptions {
  /** As it is then: it may become stricter. */
  readonly policy: {
    readonly rules: EgressRules;
    readonly names: NamePolicy;
    readonly mode: EnforcementMode;
  };
  readonly hosts: HostsFile;
  /** Addresses of this network namespace, in the canonical spelling. */
  readonly ownIps: ReadonlySet<string>;
  readonly book: AddressBook;
  readonly aliases: NameAliases;
  /** A packet filter stands behind the verdicts. */
  readonly refusesPackets: boolean;
  /** Where questions went before the DNS gate took them; null where there is no gate. */
  readonly resolvers: ReadonlySet<string> | null;
  /** A resolver runs here that asks others itself, and may; who asks is not told apart. */
  readonly hasOwnResolver: boolean;
}

const DNS_PORT = 53;

export function createDestinationJudge(options: DestinationJudgeOptions): DestinationJudge {
  const { policy, hosts, ownIps, book, aliases, refusesPackets, resolvers } = options;
  return (address, at) => {
    const { rules, names, mode } = policy;
    const { transport, ip, port } = address;
    if (resolvers !== null && isDns(address)) {
      const question = judgeQuestion(ip, resolvers, options);
      if (question !== undefined) return question;
    }
    const known = ip === undefined ? [] : toNames(book, ip, at);
    const local = ip === undefined ? [] : hosts.namesOf(ip);
    const domains = [
      ...known.flatMap((name) => toPolicyNames(name, { port, at, aliases, names })),
      ...local,
    ];
    const isOwn = ip !== undefined && ownIps.has(ip);
    const decision = decideEgress(rules, { transport, ip, port, isOwn, domains });
    const domain = known[0] ?? local[0] ?? (ip === undefined ? undefined : book.namesEverOf(ip)[0]);
    const isEnforced =
      refusesPackets &&
      (mode === "block" || isDenied(ip, { transport, port }, { rules, names, known }));
    return { verdict: toVerdict(decision, isEnforced), rule: decision.rule, domain };
  };
}

function isDns({ transport, port }: FlowAddress): boolean {
  return port === DNS_PORT && (transport === "udp" || transport === "tcp");
}

/**
 * In block mode every question goes to the gate, whoever it was meant for; in audit mode those that were meant for another
 * resolver go there, and are judged as any connection is.
 */
function judgeQuestion(
  ip: string | undefined,
  resolvers: ReadonlySet<string>,
  { policy, refusesPackets, hasOwnResolver }: DestinationJudgeOptions,
): DestinationJudgement | undefined {
  if (hasOwnResolver || (ip !== undefined && resolvers.has(ip))) {
    return { verdict: "allowed", rule: "resolver" };
  }
  if (policy.mode === "audit" || !refusesPackets) return undefined;
  return { verdict: "blocked", rule: "untrusted-resolver" };
}

function toNames(book: AddressBook, ip: string, at: Microseconds | "begun"): string[] {
  return at === "begun" ? book.namesEverOf(ip) : book.namesOf(ip, at / 1000);
}

interface NameContext {
  readonly port: number | undefined;
  readonly at: Microseconds | "begun";
  readonly aliases: NameAliases;
  readonly names: NamePolicy;
}

function toPolicyNames(name: string, { port, at, aliases, names }: NameContext): string[] {
  const origins = aliases
    .originsOf(name, at === "begun" ? 0 : at / 1000)
    .filter((origin) => origin.port === undefined || origin.port === port);
  return [name, ...origins.map(({ origin }) => origin)].flatMap((it) => [
    ...names.policyNamesOf(it),
  ]);
}

/** In audit mode the packet filter knows of denied addresses, and of names that are denied on every port. */
function isDenied(
  ip: string | undefined,
  flow: { readonly transport: FlowAddress["transport"]; readonly port: number | undefined },
  {
    rules,
    names,
    known,
  }: Pick<DestinationJudgeOptions["policy"], "rules" | "names"> & { known: readonly string[] },
): boolean {
  const byAddress = decideEgress(rules, { ...flow, ip, domains: [] });
  return isDenial(byAddress) || known.some((name) => names.isDenied(name));
}
