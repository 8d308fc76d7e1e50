/**
 * Packets that the kernel's table logged, of nobody that is known. What a process of the job's sends is told by the sensor too, with who it
 * was, now a little sooner and now a little later: only what is left is looked at by itself, such as what a container sent.
 */
import type { FlowAddress, Microseconds, Observation, PacketObservation } from "../observation.ts";
import { hasLeft, toPlainIp } from "./facts/destination.ts";

export interface WaitingPackets {
  /** Whether rules are to look at it later, or not at all. */
  takes(seen: Observation): boolean;
  /** Those that nobody who is known has sent. `all`: sensors have been read to the end. */
  release(which: "old" | "all", at: Microseconds): readonly PacketObservation[];
}

export interface WaitingPacketsOptions {
  /** Different ones; beyond that none waits. */
  readonly maxPackets: number;
  /** Destinations that processes went to; those of the longest ago are forgotten first. */
  readonly maxPlaces: number;
}

/** Sensors are read several times in it, also where the processor is shared. */
const SENSORS_US = 250_000;
/** The kernel says again, after a second and after three and seven, that it wants a connection (RFC 6298). */
const REPEATED_US = 10_000_000;

export function createWaitingPackets(options: WaitingPacketsOptions): WaitingPackets {
  const waiting = new Map<string, PacketObservation>();
  const places = new Map<string, Microseconds>();
  const notePlace = (address: FlowAddress, at: Microseconds): void => {
    const place = toKey(address);
    places.delete(place);
    places.set(place, at);
    if (places.size <= options.maxPlaces) return;
    const oldest = places.keys().next();
    if (!oldest.done) places.delete(oldest.value);
  };
  return {
    takes(seen) {
      if (seen.kind === "connect" || seen.kind === "flow") {
        if (hasLeft(seen)) notePlace(seen.address, seen.at);
        return false;
      }
      if (seen.kind !== "packet" || seen.client !== undefined || seen.reason !== undefined) {
        return false;
      }
      const place = toKey(seen.address);
      if (waiting.has(place)) return true;
      if (waiting.size >= options.maxPackets) return false;
      waiting.set(place, seen);
      return true;
    },
    release(which, at) {
      const released: PacketObservation[] = [];
      for (const [place, packet] of waiting) {
        if (which === "old" && at - packet.at < SENSORS_US) continue;
        waiting.delete(place);
        // What a process did long ago excuses nobody who goes to the same place.
        const lastAt = places.get(place) ?? -Infinity;
        if (packet.at - lastAt > REPEATED_US) released.push(packet);
      }
      return released;
    },
  };
}

function toKey({ transport, ip = "", port }: FlowAddress): string {
  return `${transport} ${toPlainIp(ip)} ${port}`;
}
