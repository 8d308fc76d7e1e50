/** Where a redirected connection was going, by what the kernel's connection tracking remembers of it. */
import type { Socket } from "node:net";

import { toIpText } from "../ip-address.ts";
import { loadSocketOptions } from "./socket-options.ts";

export interface SocketAddress {
  readonly ip: string;
  readonly port: number;
}

/** include/uapi/linux/netfilter_ipv4.h and netfilter_ipv6/ip6_tables.h; levels from include/linux/socket.h. */
const SO_ORIGINAL_DST = 80;
const SOL_IP = 0;
const SOL_IPV6 = 41;
/** sockaddr_in and sockaddr_in6: family, port in network order, then for IPv6 the flow label, then the address. */
const IPV4 = { level: SOL_IP, name: SO_ORIGINAL_DST, size: 16 };
const IPV6 = { level: SOL_IPV6, name: SO_ORIGINAL_DST, size: 28 };
const PORT_AT = 2;
const IPV4_AT = 4;
const IPV6_AT = 8;

/** Undefined for a connection that was not redirected, and for one that is gone. */
export function createOriginalDestination(): (socket: Socket) => SocketAddress | undefined {
  const options = loadSocketOptions();
  return (socket) => {
    const isIpv6 = socket.localFamily === "IPv6";
    const address = options.get(socket, isIpv6 ? IPV6 : IPV4);
    if (address === undefined) return undefined;
    const original = {
      ip: isIpv6 ? readIpv6(address) : readIpv4(address),
      port: address.readUInt16BE(PORT_AT),
    };
    return isOwn(socket, original) ? undefined : original;
  };
}

function readIpv4(address: Buffer): string {
  return toIpText({ family: "ipv4", words: [address.readUInt32BE(IPV4_AT)] });
}

function readIpv6(address: Buffer): string {
  const words = [0, 4, 8, 12].map((offset) => address.readUInt32BE(IPV6_AT + offset));
  return toIpText({ family: "ipv6", words });
}

/** Connection tracking knows direct connections too, with the address where they arrived. */
function isOwn({ localAddress, localPort }: Socket, { ip, port }: SocketAddress): boolean {
  return localAddress === ip && localPort === port;
}
