/** Addresses without a name: the block that one owner has, as far as blocks can be told apart from outside. */
import { BlockList, isIP, isIPv6 } from "node:net";

const LOCAL = createLocal();
const NEAR = createNear();
/**
 * Places of their own that are dealt out anew for each run: container networks, pods. Nobody outside can have one. The rest is told by
 * its block.
 */
const DEALT_OUT: readonly (readonly [network: string, bits: number])[] = [
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["100.64.0.0", 10],
];
const dealtOut = DEALT_OUT.map(([network, bits]) => {
  const list = new BlockList();
  list.addSubnet(network, bits);
  return { name: `${network}/${bits}`, list };
});

/** Whether it leads nowhere but here, or to whoever listens nearby. */
export function isLocalAddress(address: string): boolean {
  const version = isIP(address);
  return version > 0 && LOCAL.check(address, version === 6 ? "ipv6" : "ipv4");
}

/** Whether nobody out there can have it: of a network of one's own, or of the machine's platform. */
export function isNearAddress(text: string): boolean {
  const address = toPlainAddress(text);
  const version = isIP(address);
  return version > 0 && NEAR.check(address, version === 6 ? "ipv6" : "ipv4");
}

/** Undefined: it is no address. */
export function generaliseAddress(text: string): string | undefined {
  const address = toPlainAddress(text);
  if (isIPv6(address)) return `${toGroups(address).slice(0, 3).join(":")}::/48`;
  if (isIP(address) === 0) return undefined;
  const [first, second, third, fourth] = address.split(".");
  // Metadata services are single addresses, and have no like.
  if (first === "169" && second === "254") return `169.254.${third}.${fourth}`;
  if (first === "10") return `10.${second}.0.0/16`;
  const dealt = dealtOut.find(({ list }) => list.check(address));
  return dealt?.name ?? `${first}.${second}.${third}.0/24`;
}

const MAPPED = /^::ffff:(?<address>\d+\.\d+\.\d+\.\d+)$/;

/** In one way of writing. IPv4 in the clothes of IPv6 is IPv4. */
export function toPlainAddress(text: string): string {
  const [address = ""] = text.toLowerCase().split("%");
  return MAPPED.exec(address)?.groups?.["address"] ?? address;
}

const GROUPS = 8;

function toGroups(address: string): string[] {
  const [head = "", tail = ""] = address.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === "" ? [] : tail.split(":");
  const missing = Math.max(0, GROUPS - before.length - after.length);
  const groups = address.includes("::")
    ? [...before, ...Array.from({ length: missing }, () => "0"), ...after]
    : before;
  return groups.map((group) => group.replace(/^0+(?=.)/, ""));
}

function createLocal(): BlockList {
  const list = new BlockList();
  list.addSubnet("127.0.0.0", 8);
  list.addSubnet("0.0.0.0", 8);
  list.addSubnet("224.0.0.0", 4);
  list.addAddress("255.255.255.255");
  list.addAddress("::1", "ipv6");
  list.addAddress("::", "ipv6");
  list.addSubnet("ff00::", 8, "ipv6");
  list.addSubnet("fe80::", 10, "ipv6");
  return list;
}

function createNear(): BlockList {
  const list = new BlockList();
  list.addSubnet("10.0.0.0", 8);
  list.addSubnet("172.16.0.0", 12);
  list.addSubnet("192.168.0.0", 16);
  list.addSubnet("100.64.0.0", 10);
  list.addSubnet("169.254.0.0", 16);
  // Azure answers each machine there, and so for GitHub's runners.
  list.addAddress("168.63.129.16");
  list.addSubnet("fc00::", 7, "ipv6");
  list.addSubnet("fe80::", 10, "ipv6");
  return list;
}
