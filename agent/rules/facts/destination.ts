/** What rules ask of where something went to. */
import type {
  ConnectObservation,
  FlowAddress,
  FlowObservation,
  PacketObservation,
} from "../../observation.ts";
import type { Flagged } from "../rule.ts";
import type { Actor } from "./actor.ts";
import { nameOf } from "./naming.ts";
import type { Judgement, RunFacts } from "./run-facts.ts";

export type Sent = ConnectObservation | FlowObservation | PacketObservation;

/**
 * Whether this is the first that is known of something that went there. Programs give a socket for datagrams an address also to
 * learn which of their own it would get, so there the bytes count. What a process of ours sent is told by the sensor, and a packet only of
 * what no sensor sees: containers.
 */
export function hasLeft(seen: Sent): boolean {
  if (seen.kind === "connect") return seen.sendsNothing !== true && seen.origin === "live";
  if (seen.kind === "packet") return seen.client === undefined && seen.reason === undefined;
  return seen.address.transport === "udp" && seen.bytesSent > 0;
}

/** A line of policy names it. One that allows every host was not written with this one in mind. */
export function isListed({ verdict, rule }: Pick<Judgement, "verdict" | "rule">): boolean {
  return verdict === "allowed" && rule.startsWith(LINE) && !ANY_HOST.test(rule);
}

const LINE = "egress.allow: ";
const ANY_HOST = /^egress\.allow: \*(?:[:/]|$)/;

/** An IPv4 address in the clothes of IPv6 is the same. */
export function toPlainIp(ip: string): string {
  return ip.startsWith("::ffff:") && ip.includes(".") ? ip.slice("::ffff:".length) : ip;
}

export function toPlace({ ip = "", port }: Pick<FlowAddress, "ip" | "port">): string {
  const host = ip.includes(":") ? `[${ip}]` : ip;
  return port === undefined ? host : `${host}:${port}`;
}

/** Around one command all is the job's; elsewhere what belongs to a step is, and the machine has programs of its own. */
export function isOfJob(actor: Actor | undefined, { place }: RunFacts): boolean {
  return place.scope === "command" || actor?.step !== undefined;
}

/** The machine's own programs do the same by trade. */
export function flagSender(
  deed: string,
  subject: string,
  { actor, facts }: { readonly actor: Actor | undefined; readonly facts: RunFacts },
): Flagged {
  return {
    message: `${senderOf(actor)} ${deed}`,
    subject,
    ...(!isOfJob(actor, facts) && { severity: "low" }),
  };
}

/** Whoever sent it, for a message. Containers have sockets that no sensor sees. */
export function senderOf(actor: Actor | undefined): string {
  return actor === undefined ? "a process that is not known" : nameOf(actor);
}
