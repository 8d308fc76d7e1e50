/** What a policy says of the connections and questions of a run that is over, as the guard would have. Pure. */
import type { Policy, Report } from "../../../protocol/index.ts";
import {
  createEgressRules,
  decideEgress,
  type Decision,
  type Destination,
} from "../../egress/decide.ts";
import { toHostName } from "../../egress/host-name.ts";
import { createNamePolicy } from "../../egress/name-policy.ts";
import { createKnownNames } from "./known-names.ts";
import { createSearchedFor } from "./searched-names.ts";

export type ReportedConnection = Report["connections"][number];
type ReportedQuestion = Report["dnsQueries"][number];

export interface EgressReplay {
  connection(connection: ReportedConnection): Decision;
  question(question: ReportedQuestion): Decision;
}

const RESOLVER: Decision = { allowed: true, rule: "resolver" };
const UNTRUSTED_RESOLVER: Decision = { allowed: false, rule: "untrusted-resolver" };
const NO_HOST: Decision = { allowed: true, rule: "no-host" };
const SEARCH_DOMAIN: Decision = { allowed: true, rule: "search-domain" };
const DNS_PORT = 53;

/** As in block mode: what audit mode lets through and reports is not allowed either. */
export function createEgressReplay(
  policy: Pick<Policy, "egress">,
  report: Pick<Report, "dnsQueries" | "enforcement">,
): EgressReplay {
  const rules = createEgressRules(policy, report.enforcement?.builtIn);
  const names = createNamePolicy({
    rules,
    mode: "block",
    dns: policy.egress?.dns ?? "allowed-names",
    searchDomains: [],
  });
  const namesOf = createKnownNames(report);
  const searchedFor = createSearchedFor(report);
  const hadGate = (report.enforcement?.mechanism ?? "none") !== "none";
  return {
    connection(connection) {
      const { destination, rule } = connection;
      const known = [destination.domain ?? [], namesOf(destination.ip ?? "")].flat();
      const decision = decideEgress(rules, {
        ...toAddress(connection),
        domains: known.flatMap((name) => names.policyNamesOf(toHostName(name) ?? name)),
      });
      const isElsewhere = !decision.allowed || decision.rule.startsWith("egress.allow");
      if (!isQuestion(connection) || rules.tables === undefined || !isElsewhere) return decision;
      if (decision.rule.startsWith("egress.deny")) return decision;
      return isOfOtherResolver(rule, hadGate) ? UNTRUSTED_RESOLVER : RESOLVER;
    },
    question(question) {
      const name = toHostName(question.name);
      if (name === undefined) return NO_HOST;
      const { isAnswered, verdict, rule } = names.decide(name);
      if (isAnswered || verdict === "allowed") return { allowed: true, rule };
      const isSearch =
        question.answers.length === 0 &&
        searchedFor(name).some((asked) => names.decide(asked).isAnswered);
      return isSearch ? SEARCH_DOMAIN : { allowed: false, rule };
    },
  };
}

/** To a DNS server: the gate's to answer, whoever it was meant for. */
function isQuestion({ network, destination }: ReportedConnection): boolean {
  const { transport } = network;
  return destination.port === DNS_PORT && (transport === "udp" || transport === "tcp");
}

/** A run without the gate did not look which resolver was the machine's own. */
function isOfOtherResolver(rule: string, hadGate: boolean): boolean {
  return rule !== RESOLVER.rule && (rule === UNTRUSTED_RESOLVER.rule || hadGate);
}

function toAddress({ network, destination, rule }: ReportedConnection) {
  const address: Omit<Destination, "domains"> = {
    transport: network.transport,
    ip: destination.ip,
    port: destination.port,
    isOwn: rule === "loopback",
  };
  return address;
}
