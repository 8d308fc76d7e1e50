/** Whether what a process reads and writes is a connection, and who began it. */
import type { Descriptor } from "../../../protocol/index.ts";
import type { Actor } from "./actor.ts";
import type { NetworkSocket } from "./live-processes.ts";
import type { RunFacts } from "./run-facts.ts";

/** Deeper than a double fork below a wrapper. */
const MAX_GENERATIONS = 6;
/** A look into the tables of sockets takes milliseconds. */
const MAX_LOOKS = 2;
/** Of a process that may hold a connection; runtimes have some twenty open before the first of a program's own. */
const MAX_DESCRIPTORS = 64;
const MAX_SOCKETS = 12;
const SOCKET_LINK = /^socket:\[(\d+)\]$/;

/** Where a connection leads; without an address where nobody who has it lives any more. */
export type Peer = Partial<Pick<NetworkSocket, "ip" | "port">>;

/** Undefined: it is none of the network, as far as can be told. */
export function findPeer(
  descriptor: Descriptor | undefined,
  actor: Actor,
  facts: RunFacts,
): Peer | undefined {
  if (descriptor?.type !== "socket" || descriptor.inode === undefined) return undefined;
  const { family, inode } = descriptor;
  if (family === "unix" || family === "other") return undefined;
  return lookUp(inode, actor, facts) ?? (family === undefined ? undefined : {});
}

function lookUp(inode: number, actor: Actor, { live }: RunFacts): Peer | undefined {
  let looks = 0;
  for (const { ref, endedAt } of generationsOf(actor)) {
    if (endedAt !== undefined) continue;
    const peer = live.socket(ref.pid, inode);
    if (peer !== undefined) return peer;
    looks += 1;
    if (looks === MAX_LOOKS) return undefined;
  }
  return undefined;
}

/** Where the standard input and output of a process lead at this moment, whatever they were when it started. */
export function findLivePeer({ ref }: Actor, facts: RunFacts): NetworkSocket | undefined {
  const input = facts.live.descriptor(ref.pid, 0);
  if (input === undefined || input !== facts.live.descriptor(ref.pid, 1)) return undefined;
  const inode = SOCKET_LINK.exec(input)?.[1];
  return inode === undefined ? undefined : facts.live.socket(ref.pid, Number(inode));
}

/** Whether it has the connection open at this moment. */
export function holdsConnection({ ref }: Actor, peer: Peer, { live }: RunFacts): boolean {
  let looks = 0;
  for (let number = 0; number < MAX_DESCRIPTORS && looks < MAX_SOCKETS; number += 1) {
    const inode = SOCKET_LINK.exec(live.descriptor(ref.pid, number) ?? "")?.[1];
    if (inode === undefined) continue;
    looks += 1;
    const socket = live.socket(ref.pid, Number(inode));
    if (socket?.port === peer.port && toPlain(socket?.ip) === toPlain(peer.ip)) return true;
  }
  return false;
}

/** Whether it, or whoever started it, began this connection; else somebody outside did. */
export function hasBegun(actor: Actor, peer: Peer, { connections }: RunFacts): boolean {
  for (const one of generationsOf(actor)) {
    if (peer.ip === undefined && connections.hasBegunAny(one)) return true;
    const isIt = connections
      .openOf(one)
      .some(({ ip, port }) => port === peer.port && toPlain(ip) === toPlain(peer.ip));
    if (isIt) return true;
  }
  return false;
}

/** It, and those that started it. */
export function* generationsOf(actor: Actor): Generator<Actor, void, undefined> {
  let at: Actor | undefined = actor;
  for (let count = 0; at !== undefined && count < MAX_GENERATIONS; count += 1) {
    yield at;
    at = at.parent;
  }
}

/** An IPv4 address in the clothes of IPv6 is the same. */
function toPlain(ip: string | undefined): string | undefined {
  return ip?.startsWith("::ffff:") === true ? ip.slice("::ffff:".length) : ip;
}
