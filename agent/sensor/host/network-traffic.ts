/** Bytes that the machine's links have carried since it started. */
export interface NetworkTraffic {
  readonly receivedBytes: number;
  readonly transmittedBytes: number;
}

/** Name, then bytes received first of eight columns, then bytes transmitted. */
const INTERFACE = /^ *([^\s:]+): *(\d+)(?: +\d+){7} +(\d+)/;

/**
 * From /proc/net/dev. Loopback is left out, and so is what only passes packets on to another interface (bridges, the outer ends of container
 * links): with a default route the interfaces that carry one are counted, without one all. Undefined when none is left.
 */
export function parseNetworkTraffic(
  devices: string,
  routed: ReadonlySet<string>,
): NetworkTraffic | undefined {
  const links = devices
    .split("\n")
    .map((line) => INTERFACE.exec(line))
    .filter((match) => match !== null)
    .map(([, name = "", received, transmitted]) => ({
      name,
      receivedBytes: Number(received),
      transmittedBytes: Number(transmitted),
    }))
    .filter(({ name }) => name !== "lo" && (routed.size === 0 || routed.has(name)));
  if (links.length === 0) return undefined;
  return {
    receivedBytes: links.reduce((sum, link) => sum + link.receivedBytes, 0),
    transmittedBytes: links.reduce((sum, link) => sum + link.transmittedBytes, 0),
  };
}

/** Interfaces with a default route, from /proc/net/route and /proc/net/ipv6_route. Loopback has a rejecting one for IPv6. */
export function parseRoutedInterfaces(ipv4: string, ipv6: string): ReadonlySet<string> {
  const ways = [
    ...ipv4.matchAll(/^(\S+)\t0{8}\t\S+\t\S+\t\S+\t\S+\t\S+\t0{8}\t/gm),
    ...ipv6.matchAll(/^0{32} 00 .* (\S+)$/gm),
  ];
  return new Set(ways.map(([, name = ""]) => name).filter((name) => name !== "lo"));
}
