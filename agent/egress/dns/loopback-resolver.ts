import { isIPv6 } from "node:net";

import {
  isLoopback,
  isUnspecified,
  parseIpAddress,
  toIpText,
  type IpAddress,
} from "../ip-address.ts";
import { parseKernelAddress } from "../proc-net.ts";
import type { ResolverAddress } from "./resolver-address.ts";

/** Who answers at an address of this very machine, as far as the socket tables of the namespace tell. */
export type LoopbackListener =
  | { readonly status: "elsewhere" }
  | { readonly status: "found"; readonly userId: number }
  /** Nothing listens there: it may not have started, or a packet filter leads to another place. */
  | { readonly status: "none" };

/** The texts of /proc/net/udp and /proc/net/udp6 of the network namespace. */
export interface UdpTables {
  readonly udp: string;
  readonly udp6: string;
}

interface Listener {
  readonly address: IpAddress;
  readonly port: number;
  readonly userId: number;
}

/** Docker's own resolver. It listens on any port, and NAT rules of the container lead there from port 53. */
export const DOCKER_RESOLVER = "127.0.0.11";
/** A machine has some dozens of UDP sockets; a server of calls some thousands. */
const MAX_ROWS = 65_536;
/** Columns of net/ipv4/udp.c, udp4_format_sock. */
const COLUMN = { local: 1, userId: 7 };

export function findLoopbackListener(
  resolver: ResolverAddress,
  { tables, ownIps }: { readonly tables: UdpTables; readonly ownIps: readonly string[] },
): LoopbackListener {
  const address = parseIpAddress(resolver.ip);
  if (address === undefined) return { status: "elsewhere" };
  const wanted = toIpText(address);
  const isOwn = isLoopback(address) || ownIps.some((ip) => isSameIp(ip, wanted));
  const isAnyPort = wanted === DOCKER_RESOLVER;
  const listeners = [...parseTable(tables.udp), ...parseTable(tables.udp6)].filter(
    (it) => isAnyPort || it.port === resolver.port,
  );
  // What listens on the very address is there, even where nobody said that the address is this machine's.
  const found =
    listeners.find((it) => toIpText(it.address) === wanted) ??
    listeners.find((it) => isOwn && !isAnyPort && isWildcardFor(it, wanted));
  if (found !== undefined) return { status: "found", userId: found.userId };
  return { status: isOwn ? "none" : "elsewhere" };
}

function isSameIp(ip: string, wanted: string): boolean {
  const parsed = parseIpAddress(ip);
  return parsed !== undefined && toIpText(parsed) === wanted;
}

function parseTable(text: string): Listener[] {
  const rows = text.split("\n", MAX_ROWS);
  return rows.slice(1).flatMap((row) => {
    const columns = row.trim().split(/\s+/);
    const [address = "", port = ""] = (columns[COLUMN.local] ?? "").split(":");
    const parsed = parseKernelAddress(address);
    const userId = Number(columns[COLUMN.userId] ?? Number.NaN);
    if (parsed === undefined || !Number.isInteger(userId)) return [];
    return [{ address: parsed, port: Number.parseInt(port, 16), userId }];
  });
}

/** A socket on `::` takes IPv4 too unless it says otherwise, which the table does not tell. */
function isWildcardFor(listener: Listener, ip: string): boolean {
  return isUnspecified(listener.address) && (listener.address.family === "ipv6" || !isIPv6(ip));
}
