import type { AddressPair } from "./addresses.ts";
import type { NetworkNamespace } from "./network-namespace.ts";
import { runOrThrow } from "./run-to-end.ts";

const NETWORK = { ipv4: "172.17.0", ipv6: "fd00:172:17:" } as const;
const GATEWAY: AddressPair = { ipv4: `${NETWORK.ipv4}.1`, ipv6: `${NETWORK.ipv6}:1` };

export function containerAddresses(number: number): AddressPair {
  return { ipv4: `${NETWORK.ipv4}.${number + 1}`, ipv6: `${NETWORK.ipv6}:${number + 1}` };
}

/** A bridge in the pod, forwarding and masquerade: what a container engine makes. */
export async function createBridge(pod: NetworkNamespace): Promise<void> {
  await pod.configure([
    "link add bridge0 type bridge",
    "link set bridge0 addrgenmode none",
    "link set bridge0 up",
    `addr add ${GATEWAY.ipv4}/16 dev bridge0`,
    `addr add ${GATEWAY.ipv6}/64 dev bridge0 nodad`,
    // Neighbours are asked for from a link-local address where the packet's own source is not this machine's.
    "addr add fe80::1/64 dev bridge0 nodad",
  ]);
  const inside = ["nsenter", `--net=${pod.path}`];
  await runOrThrow([
    ...inside,
    "sysctl",
    "--quiet",
    "--write",
    "net.ipv4.ip_forward=1",
    "net.ipv6.conf.all.forwarding=1",
  ]);
  await runOrThrow([...inside, "nft", "--file", "-"], MASQUERADE);
}

const MASQUERADE = `
table inet container_network {
  chain outward {
    type nat hook postrouting priority srcnat;
    iifname bridge0 oifname != bridge0 masquerade
  }
}
`;

export async function attachContainer(
  pod: NetworkNamespace,
  container: NetworkNamespace,
  number: number,
): Promise<void> {
  const { ipv4, ipv6 } = containerAddresses(number);
  await pod.configure([
    `link add container${number} type veth peer name eth0 netns ${container.name}`,
    `link set container${number} addrgenmode none`,
    `link set container${number} master bridge0 up`,
  ]);
  await container.configure([
    "link set lo up",
    "link set eth0 addrgenmode none",
    "link set eth0 up",
    `addr add ${ipv4}/16 dev eth0`,
    `addr add ${ipv6}/64 dev eth0 nodad`,
    `addr add fe80::${number + 1}/64 dev eth0 nodad`,
    `route add default via ${GATEWAY.ipv4}`,
    `route add ::/0 via ${GATEWAY.ipv6} dev eth0`,
  ]);
}
