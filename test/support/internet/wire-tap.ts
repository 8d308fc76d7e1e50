import type { WorldClient } from "./world-client.ts";
import { toCanonicalIp, type CapturedPacket } from "./world/packet.ts";

export interface PacketFilter {
  readonly from?: { readonly wire: string };
  readonly to?: string;
  readonly protocol?: CapturedPacket["protocol"];
  /** The destination's. */
  readonly port?: number;
}

export interface WireTap {
  /**
   * What has arrived in the world since the last `forget`, without ARP and neighbour discovery. Complete for all that was
   * sent before the call; throws where frames were lost.
   */
  packets(filter?: PacketFilter): Promise<readonly CapturedPacket[]>;
  /** Every frame, also ARP and neighbour discovery. */
  frames(filter?: PacketFilter): Promise<readonly CapturedPacket[]>;
}

export function toWireTap(client: WorldClient): WireTap {
  const frames: WireTap["frames"] = async (filter = {}) => {
    const { packets, lost } = await client.ask({ kind: "packets" });
    if (lost > 0) throw new Error(`${lost} frames were not captured, so the others prove nothing`);
    return packets.filter((it) => isMatch(it, filter));
  };
  return {
    frames,
    packets: async (filter) => (await frames(filter)).filter((it) => !it.isHousekeeping),
  };
}

function isMatch(packet: CapturedPacket, { from, to, protocol, port }: PacketFilter): boolean {
  return (
    (from === undefined || from.wire === packet.device) &&
    (to === undefined || toCanonicalIp(to) === packet.destination.ip) &&
    (protocol === undefined || protocol === packet.protocol) &&
    (port === undefined || port === packet.destination.port)
  );
}
