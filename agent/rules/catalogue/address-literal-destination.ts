import { METADATA_SERVICES } from "../data/metadata-services.ts";
import { DNS_PORTS, PUBLIC_RESOLVER_ADDRESSES } from "../data/public-resolvers.ts";
import type { Actor } from "../facts/actor.ts";
import {
  hasLeft,
  isListed,
  isOfJob,
  type Sent,
  senderOf,
  toPlace,
  toPlainIp,
} from "../facts/destination.ts";
import { isPublicAddress } from "../facts/public-address.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import type { Flagged, Rule } from "../rule.ts";

export const addressLiteralDestination: Rule = {
  id: "address-literal-destination",
  title: "Address without a name",
  flags:
    "A connection over TCP or UDP to a public address that no DNS answer of this run gave, no line of policy covers and the hosts file does not know. Only where questions for names pass the guard: with `--enforcement none` the lack of a name says nothing.",
  why: "Services have names, since their addresses change. An address that a program brings along is often an attacker's own machine, and escapes rules that go by names.",
  advice:
    "Find out whose the address is, and where the program has it from. If the build needs it, list the address in policy.",
  severity: "medium",
  response: "report",
  techniques: ["T1571"],
  references: [
    {
      title: "MITRE ATT&CK T1571, Non-Standard Port",
      url: "https://attack.mitre.org/techniques/T1571/",
    },
    {
      title: "Codecov: Bash Uploader Security Update, 2021",
      url: "https://about.codecov.io/security-update/",
    },
  ],
  honest: [
    "Private, link-local and carrier-shared addresses, multicast, resolvers, the machine's own address, and what policy or the hosts file lists stay quiet.",
    "Deployments by ssh to an address are flagged: list the address, or give it a name.",
    "Proxies and peers that a program learns from its server by address (WebRTC, BitTorrent) are flagged.",
    "Where names are looked up by another way than DNS (nss-resolve, nscd, sssd), every address is without a name: switch the rule off there.",
    "Programs of the machine that are no step's, and may have asked before the guard was there, are told as low.",
  ],
  on: { connect: look, flow: look, packet: look },
};

function look(seen: Sent, actor: Actor | undefined, facts: RunFacts): Flagged | undefined {
  const { address, at } = seen;
  const { ip, port = 0, transport } = address;
  if (ip === undefined || (transport !== "tcp" && transport !== "udp")) return undefined;
  if (!isPublicAddress(ip) || !hasLeft(seen) || isOfOtherRule(toPlainIp(ip), port)) {
    return undefined;
  }
  const { network } = facts;
  if (!network.knowsNames || network.isResolver(ip)) return undefined;
  const judgement = network.judge(address, at);
  if (judgement.domain !== undefined || judgement.rule === "loopback" || isListed(judgement)) {
    return undefined;
  }
  const where = toPlace({ ...address, ip: toPlainIp(ip) });
  return {
    message: `${senderOf(actor)} sent to ${where}, an address that no name led to`,
    subject: where,
    evidence: { transport },
    ...(!isOfJob(actor, facts) && { severity: "low" }),
  };
}

/** Metadata services and resolvers are known by their addresses. */
function isOfOtherRule(ip: string, port: number): boolean {
  return DNS_PORTS.has(port) || PUBLIC_RESOLVER_ADDRESSES.has(ip) || METADATA_SERVICES.has(ip);
}
