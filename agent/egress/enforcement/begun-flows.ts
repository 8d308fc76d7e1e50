/** Flows that were there before the guard: the runner's own connection, say. Read from tables of the network namespace. */
import { parseIpAddress, toIpText } from "../ip-address.ts";
import type { BegunFlow } from "../nftables/ruleset-plan.ts";
import { parseKernelAddress, readProcNet } from "../proc-net.ts";

/** A machine has some hundreds; each is an element of a set. */
const MAX_FLOWS = 4_096;
/** enum in include/net/tcp_states.h; of UDP it says that the socket is connected. */
const ESTABLISHED = "01";

export function readBegunFlows(): BegunFlow[] {
  const own = [
    ...parseSocketTable(readProcNet("tcp"), 6),
    ...parseSocketTable(readProcNet("tcp6"), 6),
    ...parseSocketTable(readProcNet("udp"), 17),
    ...parseSocketTable(readProcNet("udp6"), 17),
  ];
  return [...own, ...parseConntrackTable(readProcNet("nf_conntrack"))].slice(0, MAX_FLOWS);
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

/** `0100007F:0035`: an address, and a port in hexadecimal. */
function parseEnd(text: string): { ip: string; port: number } | undefined {
  const [address = "", port = ""] = text.split(":");
  const parsed = parseKernelAddress(address);
  if (parsed === undefined || !/^[0-9A-F]{4}$/.test(port)) return undefined;
  return { ip: toIpText(parsed), port: Number.parseInt(port, 16) };
}
