import type { FlowAddress } from "../../observation.ts";
import {
  HARMLESS_METADATA_PORTS,
  METADATA_NAMES,
  METADATA_SERVICES,
} from "../data/metadata-services.ts";
import type { Actor } from "../facts/actor.ts";
import {
  flagSender,
  hasLeft,
  isListed,
  type Sent,
  toPlace,
  toPlainIp,
} from "../facts/destination.ts";
import type { RunFacts } from "../facts/run-facts.ts";
import type { Flagged, Rule } from "../rule.ts";

export const metadataService: Rule = {
  id: "metadata-service",
  title: "Cloud metadata service reached",
  flags:
    "A connection to an address where a cloud tells its machines who they are and gives them credentials (169.254.169.254 and its like, those of ECS and EKS, Azure's WireServer), or a question for its name, that no line of policy allows.",
  why: "Whoever can ask there is the machine, for the cloud: its role's credentials work from elsewhere too, and often reach further than the job.",
  advice:
    "If the build needs the machine's role, allow the address in policy (`169.254.169.254:80`); better, give jobs credentials of their own by OpenID Connect. Else treat the role's credentials as taken, and block the address.",
  severity: "high",
  response: "report",
  techniques: ["T1552.005"],
  references: [
    {
      title: "MITRE ATT&CK T1552.005, Cloud Instance Metadata API",
      url: "https://attack.mitre.org/techniques/T1552/005/",
    },
    {
      title: "AWS: Use the Instance Metadata Service to access instance metadata",
      url: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html",
    },
    {
      title: "Microsoft: What is IP address 168.63.129.16?",
      url: "https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16",
    },
  ],
  honest: [
    "What policy allows by name or address stays quiet; an entry for every host (`*`) does not count.",
    "Resolvers and clocks at the same address (ports 53 and 123) stay quiet.",
    "Tools for clouds look there for credentials when they find no others, and are flagged: set `AWS_EC2_METADATA_DISABLED=true`, `NO_GCE_CHECK=true`, or allow it.",
    "The machine's own agents (waagent, cloud-init) are told as low where a whole machine is watched.",
  ],
  on: {
    connect: look,
    flow: look,
    packet: look,
    "dns-query"({ name, verdict, rule }, actor, facts) {
      const address = METADATA_NAMES.get(name);
      if (address === undefined || isListed({ verdict, rule })) return undefined;
      return flagSender(`asked for the name of the metadata service, ${name}`, address, {
        actor,
        facts,
      });
    },
  },
};

function look(seen: Sent, actor: Actor | undefined, facts: RunFacts): Flagged | undefined {
  const { address, at } = seen;
  if (address.ip === undefined) return undefined;
  const ip = toPlainIp(address.ip);
  const service = METADATA_SERVICES.get(ip);
  if (service === undefined || !isMeant(address, service.ports) || !hasLeft(seen)) return undefined;
  if (isListed(facts.network.judge(address, at))) return undefined;
  return flagSender(`reached for ${service.of} at ${toPlace({ ...address, ip })}`, ip, {
    actor,
    facts,
  });
}

function isMeant({ port = 0 }: FlowAddress, ports: readonly number[] | undefined): boolean {
  return ports === undefined ? !HARMLESS_METADATA_PORTS.has(port) : ports.includes(port);
}
