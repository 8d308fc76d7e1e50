import dnsPacket, { type Answer, type Packet } from "dns-packet";

import { ATTACKER } from "../addresses.ts";
import type { DnsZone } from "./dns-zone.ts";
import type { DnsBehaviour } from "./messages.ts";

/** RFC 1035, section 4.1.1. */
const RCODES = { FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;
const FLAGS = dnsPacket.RECURSION_DESIRED | dnsPacket.RECURSION_AVAILABLE;
const LIE_TTL_SECONDS = 60;

/** As a recursive resolver would: aliases followed, NXDOMAIN for names outside the zone. */
export function answerHonestly(query: Packet, zone: DnsZone, behaviour: DnsBehaviour): Packet {
  const [question] = query.questions ?? [];
  if (behaviour.rcode !== undefined) return toResponse(query, [], RCODES[behaviour.rcode]);
  if (question === undefined) return toResponse(query, [], RCODES.FORMERR);
  const lies = behaviour.lies?.[question.name.toLowerCase()];
  if (lies !== undefined) {
    return toResponse(
      query,
      lies.filter((ip) => isOfType(ip, question.type)).map((ip) => toAddress(question.name, ip)),
    );
  }
  const { answers, exists } = zone.resolve(question.name, question.type);
  return toResponse(query, answers, exists ? 0 : RCODES.NXDOMAIN);
}

/** Every name is the attacker's, so that what leaks through a foreign resolver would work. */
export function answerAsAttacker(query: Packet): Packet {
  const [question] = query.questions ?? [];
  if (question === undefined) return toResponse(query, [], RCODES.FORMERR);
  const { name, type } = question;
  if (type === "TXT")
    return toResponse(query, [{ name, type, ttl: LIE_TTL_SECONDS, data: "leaked" }]);
  const own = [ATTACKER.ipv4, ATTACKER.ipv6].filter((ip) => isOfType(ip, type));
  return toResponse(
    query,
    own.map((ip) => toAddress(name, ip)),
  );
}

export function toResponse(query: Packet, answers: readonly Answer[], rcode = 0): Packet {
  return {
    type: "response",
    id: query.id ?? 0,
    flags: FLAGS | rcode,
    questions: query.questions ?? [],
    answers: [...answers],
    ...(hasExtensions(query) ? { additionals: [EXTENSIONS] } : {}),
  };
}

/** EDNS(0), RFC 6891; 1232 bytes pass every link unfragmented. */
const EXTENSIONS: Answer = {
  type: "OPT",
  name: ".",
  udpPayloadSize: 1232,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: 0,
  flag_do: false,
  options: [],
};

function hasExtensions(query: Packet): boolean {
  return query.additionals?.some(({ type }) => type === "OPT") ?? false;
}

export function toAddress(name: string, ip: string): Answer {
  return { name, ttl: LIE_TTL_SECONDS, type: ip.includes(":") ? "AAAA" : "A", data: ip };
}

function isOfType(ip: string, type: string): boolean {
  return type === (ip.includes(":") ? "AAAA" : "A");
}
