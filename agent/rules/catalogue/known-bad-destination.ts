import { KNOWN_BAD_GROUPS, type KnownBadGroup } from "../data/known-bad-hosts.ts";
import { type Actor, hasTrait } from "../facts/actor.ts";
import {
  hasLeft,
  isListed,
  type Sent,
  senderOf,
  toPlace,
  toPlainIp,
} from "../facts/destination.ts";
import { createHostList } from "../facts/host-list.ts";
import { hostsInArguments } from "../facts/hosts-in-arguments.ts";
import { findEmployer } from "../facts/package-managers.ts";
import type { Judgement, RunFacts } from "../facts/run-facts.ts";
import { DOWNLOADER, RELAY, SSH_CLIENT } from "../facts/traits.ts";
import type { Flagged, Rule } from "../rule.ts";

/** They go where their arguments say; through a proxy no question for the name is seen. */
const GOES_WHERE_TOLD = DOWNLOADER | RELAY | SSH_CLIENT;

const LIST = createHostList(
  KNOWN_BAD_GROUPS.flatMap((group) =>
    group.hosts.map((host): [string, Bad] => [host, { host, group }]),
  ),
);

/** Of an address the connection tells, and what policy says of it. */
const IPV4 = /^[\d.]+$/;

interface Bad {
  /** As it stands in the list. */
  readonly host: string;
  readonly group: KnownBadGroup;
}

export const knownBadDestination: Rule = {
  id: "known-bad-destination",
  title: "Known bad destination",
  flags:
    "A question for, or a connection to, a host that stolen data is sent to or tools for getting in come from: hosts of known attacks, request catchers, tunnels, paste and file drops. The list is part of the guard, with its date (agent/rules/data/known-bad-hosts.ts).",
  why: "What an attacker needs is a place to send secrets to that nobody can trace to him; these ask for no account, and were used in one campaign after the other.",
  advice:
    "Find out in the lineage which step or package wanted to go there, and treat the secrets that it could read as sent. If the build does need the host, allow it in policy. Those with severity critical are refused, in audit mode too where the guard has a packet filter.",
  severity: "critical",
  response: "report",
  techniques: ["T1567"],
  references: [
    {
      title: "MITRE ATT&CK T1567, Exfiltration Over Web Service",
      url: "https://attack.mitre.org/techniques/T1567/",
    },
    {
      title: "CISA: Widespread Supply Chain Compromise Impacting npm Ecosystem",
      url: "https://www.cisa.gov/news-events/alerts/2025/09/23/widespread-supply-chain-compromise-impacting-npm-ecosystem",
    },
    {
      title: "PyPI: Token Exfiltration Campaign via GitHub Actions Workflows",
      url: "https://blog.pypi.org/posts/2025-09-16-github-actions-token-exfiltration/",
    },
  ],
  honest: [
    "What a line of policy allows by its name or address stays quiet, and is let through; an entry for every host (`*`) does not count.",
    "Messages to Slack, Discord and Telegram are told as low, and as critical where a package that is being installed sends them.",
    "A shared terminal for debugging (tmate, upterm) is told as medium: allow its host in policy.",
    "Tests of webhooks through a tunnel are flagged: allow the tunnel's host in policy.",
  ],
  on: {
    exec(_seen, actor, facts) {
      if (!hasTrait(actor, GOES_WHERE_TOLD)) return undefined;
      for (const host of hostsInArguments(actor.program?.args ?? [])) {
        const bad = IPV4.test(host) ? undefined : LIST.find(host);
        if (bad === undefined || isListed(facts.network.judgeName(host))) continue;
        return toFlagged("was told to go to", { bad, host }, actor);
      }
      return undefined;
    },
    "dns-query"({ name, verdict, rule }, actor) {
      const bad = LIST.find(name);
      if (bad === undefined || isListed({ verdict, rule })) return undefined;
      return toFlagged("asked for", { bad, host: name }, actor);
    },
    connect: look,
    flow: look,
    packet: look,
  },
};

function look(seen: Sent, actor: Actor | undefined, { network }: RunFacts): Flagged | undefined {
  const { address, at } = seen;
  const { ip } = address;
  if (ip === undefined || ip.startsWith("127.") || !hasLeft(seen)) return undefined;
  const judgement = network.judge(address, at);
  const bad = findByName(judgement) ?? LIST.find(toPlainIp(ip));
  if (bad === undefined || isListed(judgement)) return undefined;
  return toFlagged(
    `connected to ${toPlace(address)},`,
    { bad, host: judgement.domain ?? ip },
    actor,
  );
}

function findByName({ domain }: Judgement): Bad | undefined {
  return domain === undefined ? undefined : LIST.find(domain);
}

function toFlagged(
  deed: string,
  { bad, host }: { readonly bad: Bad; readonly host: string },
  actor: Actor | undefined,
): Flagged {
  const { id, title, severity, severityInInstall, source, asOf } = bad.group;
  const isInstall = severityInInstall !== undefined && actor && findEmployer(actor)?.installs;
  return {
    message: `${senderOf(actor)} ${deed} ${host}, one of the ${title}`,
    subject: bad.host,
    severity: isInstall ? severityInInstall : severity,
    evidence: { destination: host, group: id, listed: bad.host, source, asOf },
  };
}
