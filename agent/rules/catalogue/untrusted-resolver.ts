import {
  DNS_PORTS,
  PUBLIC_RESOLVER_ADDRESSES,
  PUBLIC_RESOLVER_NAMES,
} from "../data/public-resolvers.ts";
import { type Actor, hasTrait } from "../facts/actor.ts";
import {
  flagSender,
  hasLeft,
  isListed,
  type Sent,
  toPlace,
  toPlainIp,
} from "../facts/destination.ts";
import { createHostList } from "../facts/host-list.ts";
import { hostsInArguments } from "../facts/hosts-in-arguments.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import { DOWNLOADER } from "../facts/traits.ts";
import type { Flagged, Rule } from "../rule.ts";

const HTTPS = 443;
const RESOLVERS = createHostList(PUBLIC_RESOLVER_NAMES.map((name) => [name, name] as const));
/** RFC 8484: where servers answer questions over HTTPS, by custom. */
const QUESTION_PATH = "/dns-query";
const QUESTION_OPTION = "--doh-url";

export const untrustedResolver: Rule = {
  id: "untrusted-resolver",
  title: "Another resolver asked",
  flags:
    "Questions for names to anything but the resolvers that the machine is set up with: DNS over UDP or TCP (port 53), over TLS or QUIC (ports 853, 8853 and 784), and over HTTPS to resolvers that are known, by name or address, or that a command line names as one.",
  why: "Names are what policy goes by. A resolver of the attacker's own answers with any address, and takes out data in the questions themselves, past whoever reads the machine's.",
  advice:
    "Look at what the program asked, and why it does not use the system's resolver. If the build needs that server, name it with `--resolver`, or allow its address in policy. Block mode answers such questions itself, and refuses the rest.",
  severity: "high",
  response: "report",
  techniques: ["T1071.004"],
  references: [
    {
      title: "MITRE ATT&CK T1071.004, Application Layer Protocol: DNS",
      url: "https://attack.mitre.org/techniques/T1071/004/",
    },
    {
      title: "CVE-2025-47775: a guard of another maker's let DNS over TCP pass",
      url: "https://nvd.nist.gov/vuln/detail/CVE-2025-47775",
    },
    {
      title: "RFC 8484, DNS Queries over HTTPS",
      url: "https://www.rfc-editor.org/rfc/rfc8484",
    },
  ],
  honest: [
    "The resolvers of resolv.conf and `--resolver`, servers on loopback, and what policy lists stay quiet.",
    "Docker gives containers 8.8.8.8 where it finds no other resolver, and is flagged: set `dns` in its daemon.json.",
    "Chrome and Firefox ask over HTTPS where they are set up so, and are flagged: switch it off in the tests' profile.",
    "A resolver that runs on the machine itself (systemd-resolved, dnsmasq) asks others: that is told as low where a whole machine is watched.",
  ],
  on: {
    connect: look,
    flow: look,
    packet: look,
    "dns-query"({ name, verdict, rule }, actor, facts) {
      if (RESOLVERS.find(name) === undefined || isListed({ verdict, rule })) return undefined;
      return flagSender(`asked for ${name}, which answers DNS over HTTPS`, name, { actor, facts });
    },
    exec(_seen, actor, facts) {
      if (!hasTrait(actor, DOWNLOADER)) return undefined;
      const args = actor.program?.args ?? [];
      if (!args.some(namesResolver)) return undefined;
      const [host = "a server"] = hostsInArguments(args);
      if (isListed(facts.network.judgeName(host))) return undefined;
      return flagSender(`was told to ask ${host} over HTTPS for names`, host, { actor, facts });
    },
  },
};

function namesResolver(arg: string): boolean {
  return arg.startsWith(QUESTION_OPTION) || arg.includes(QUESTION_PATH);
}

function look(seen: Sent, actor: Actor | undefined, facts: RunFacts): Flagged | undefined {
  const { address, at } = seen;
  const { ip, port } = address;
  if (ip === undefined || port === undefined) return undefined;
  const protocol = port === HTTPS ? overHttps(ip) : DNS_PORTS.get(port);
  if (protocol === undefined || !hasLeft(seen) || isMeant(ip, port, facts)) return undefined;
  if (isListed(facts.network.judge(address, at))) return undefined;
  const where = toPlace({ ...address, ip: toPlainIp(ip) });
  return flagSender(
    `sent ${protocol} to ${where}, which is no resolver of this machine's`,
    `${protocol} ${where}`,
    { actor, facts },
  );
}

function overHttps(ip: string): string | undefined {
  return PUBLIC_RESOLVER_ADDRESSES.has(toPlainIp(ip)) ? "DNS over HTTPS" : undefined;
}

/** A resolver that is configured is asked over port 53 or TLS; over HTTPS it would answer past whoever looks at names. */
function isMeant(ip: string, port: number, { network }: RunFacts): boolean {
  const plain = toPlainIp(ip);
  if (plain.startsWith("127.") || plain === "::1") return true;
  return port !== HTTPS && (network.isResolver(ip) || network.isResolver(plain));
}
