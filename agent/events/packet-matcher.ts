/**
 * Brings together what the kernel's packet filter logged and what a sensor saw: the log knows that a packet was refused and
 * not who sent it, the sensor knows who and not what became of it. The two arrive in either order, so packets wait until
 * the sensors have been read.
 */
import type { FlowAddress, Microseconds, PacketObservation } from "../observation.ts";
import { toAddressKey } from "./address-key.ts";

export interface RefusedPackets {
  readonly address: FlowAddress;
  /** Of the process that was last seen to talk there; null where none was. */
  readonly processId: string | null;
  readonly isRefused: boolean;
  readonly reason: PacketObservation["reason"];
  readonly packets: number;
  readonly at: Microseconds;
}

export interface PacketMatcher {
  /** A sensor saw a process talk to an address. */
  remember(processId: string, address: FlowAddress, at: Microseconds): void;
  /** `clientId`: of the process whose port the packet came from, where that is known. */
  add(packet: PacketObservation, clientId?: string): void;
  /** Gives back what waits, with whoever sent it. `old`: what had waited when this was called last, by when the sensors had their turn. */
  settle(which: "old" | "all"): RefusedPackets[];
  /** Packets that found no room; they are told by nothing else. */
  readonly turnedAway: number;
}

export interface PacketMatcherBounds {
  readonly maxFlows: number;
  /** A packet follows its connect() within milliseconds, but a socket may send for long. */
  readonly maxSenders: number;
}

interface Waiting {
  readonly packet: PacketObservation;
  readonly clientId: string | undefined;
  packets: number;
  isOld: boolean;
}

interface Sender {
  readonly processId: string;
  readonly at: Microseconds;
}

/** Of one destination: a build that downloads in parallel has some at the same time. */
const MAX_SENDERS_OF_ONE = 8;

export function createPacketMatcher(bounds: PacketMatcherBounds): PacketMatcher {
  const senders = new Map<string, readonly Sender[]>();
  const waiting = new Map<string, Waiting>();
  let turnedAway = 0;
  return {
    remember(processId, address, at) {
      const key = toAddressKey(address);
      const others = (senders.get(key) ?? []).slice(1 - MAX_SENDERS_OF_ONE);
      // The last one goes to the end, so that the first one is the oldest.
      senders.delete(key);
      senders.set(key, [...others, { processId, at }]);
      if (senders.size <= bounds.maxSenders) return;
      for (const oldest of senders.keys()) {
        senders.delete(oldest);
        break;
      }
    },
    add(packet, clientId) {
      const { rule = "", domain = "" } = packet.reason ?? {};
      const key = `${packet.isRefused} ${toAddressKey(packet.address)} ${rule} ${domain} ${clientId}`;
      const known = waiting.get(key);
      if (known) known.packets += 1;
      else if (waiting.size < bounds.maxFlows) {
        waiting.set(key, { packet, clientId, packets: 1, isOld: false });
      } else turnedAway += 1;
    },
    settle(which) {
      const settled: RefusedPackets[] = [];
      for (const [key, one] of waiting) {
        const { packet, clientId, packets, isOld } = one;
        one.isOld = true;
        if (which === "old" && !isOld) continue;
        waiting.delete(key);
        const known = senders.get(toAddressKey(packet.address)) ?? [];
        settled.push({
          address: packet.address,
          processId: findSender(known, packet.at, clientId),
          isRefused: packet.isRefused,
          reason: packet.reason,
          packets,
          at: packet.at,
        });
      }
      return settled;
    },
    get turnedAway() {
      return turnedAway;
    },
  };
}

/** Sensors tell the time by the kernel's clock, set by the system's to a millisecond; the packet's own may lag behind. */
const CLOCK_ERROR_MICROSECONDS = 2_000;

/**
 * The one whose port it was, if it was seen to talk there: a container's port may be named like another's. Else the last
 * that had begun by then.
 */
function findSender(
  senders: readonly Sender[],
  at: Microseconds,
  clientId: string | undefined,
): string | null {
  if (clientId !== undefined && senders.some(({ processId }) => processId === clientId)) {
    return clientId;
  }
  const latest = at + CLOCK_ERROR_MICROSECONDS;
  const sender = senders.findLast((it) => it.at <= latest) ?? senders.at(0);
  return sender?.processId ?? null;
}
