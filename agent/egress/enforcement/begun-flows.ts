/** Flows that were there before the guard: the runner's own connection, say. Read from tables of the network namespace. */
import { readFileSync } from "node:fs";

import { type IpAddress, parseIpAddress, toIpText } from "../ip-address.ts";
import type { BegunFlow } from "../nftables/ruleset-plan.ts";

/** A machine has some hundreds; each is an element of a set. */
const MAX_FLOWS = 4_096;
/** enum in include/net/tcp_states.h; of UDP it says that the socket is connected. */
const ESTABLISHED = "01";

export function readBegunFlows(): BegunFlow[] {
  const own = [
    ...parseSocketTable(read("/proc/net/tcp"), 6),
    ...parseSocketTable(read("/proc/net/tcp6"), 6),
    ...parseSocketTable(read("/proc/net/udp"), 17),
    ...parseSocketTable(read("/proc/net/udp6"), 17),
  ];
  return [...own, ...parseConntrackTable(read("/proc/net/nf_conntrack"))].slice(0, MAX_FLOWS);
}

/** /proc/net/tcp and its like (proc_net(5)): sl, local, remote, state, … in hexadecimal. */
export function parseSocketTable(text: string, protocol: BegunFlow["protocol"]): BegunFlow[] {
  return text.split("\n").flatMap((line) => {
    const [, local = "", remote = "", state] = line.trim().split(/\s+/);
    const source = parseEnd(local);
    const destination = parseEnd(remote);
    const isBegun = state === ESTABLISHED && source && destination && destination.port > 0;
    return isBegun ? [{ protocol, source, destination }] : [];
  });
}

/** net/netfilter/nf_conntrack_standalone.c: the first src, dst, sport and dport are those of the way out. */
export function parseConntrackTable(text: string): BegunFlow[] {
  return text.split("\n").flatMap((line) => {
    const protocol = / (?:tcp +6 .* ESTABLISHED|udp +17) /.exec(line)?.[0];
    const ends = /src=(\S+) dst=(\S+) sport=(\d+) dport=(\d+)/.exec(line);
    if (protocol === undefined || ends === null) return [];
    const [, source = "", destination = "", sourcePort, destinationPort] = ends;
    if (parseIpAddress(source) === undefined || parseIpAddress(destination) === undefined)
      return [];
    return [
      {
        protocol: protocol.includes("tcp") ? 6 : 17,
        source: { ip: source, port: Number(sourcePort) },
        destination: { ip: destination, port: Number(destinationPort) },
      } as const,
    ];
  });
}

/** `0100007F:0035`: 32-bit words as the processor has them, and the port. */
function parseEnd(text: string): { ip: string; port: number } | undefined {
  const match = /^((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})$/.exec(text);
  const digits = match?.[1];
  if (digits === undefined || (digits.length !== 8 && digits.length !== 32)) return undefined;
  const words = Array.from({ length: digits.length / 8 }, (_, index) => {
    const bytes = Buffer.from(digits.slice(index * 8, index * 8 + 8), "hex");
    return bytes.readUInt32LE();
  });
  const address: IpAddress = { family: words.length === 1 ? "ipv4" : "ipv6", words };
  const ip = toIpText(address);
  // A mapped address is IPv4 on the wire.
  const seen = parseIpAddress(ip);
  return seen && { ip: toIpText(seen), port: Number.parseInt(match?.[2] ?? "", 16) };
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
