import type { AddressPair, Attachment } from "./addresses.ts";
import { CLUSTER_API, METADATA, RESOLVER } from "./addresses.ts";
import type { NetworkNamespace } from "./network-namespace.ts";
import { runOrThrow } from "./run-to-end.ts";
import { SINK_PORTS } from "./world/sink-ports.ts";

/** Every address is one of its own. Machines' networks are more specific, so they are found first. */
export async function connectWorld(namespace: NetworkNamespace): Promise<void> {
  await namespace.configure([
    "link set lo up",
    "route add local 0.0.0.0/0 dev lo table main",
    "route add local ::/0 dev lo table main",
  ]);
  await runOrThrow(["nsenter", `--net=${namespace.path}`, "nft", "--file", "-"], toTable());
}

/** From now on only what listens at this address answers there. */
export async function serveAddresses(
  namespace: NetworkNamespace,
  addresses: readonly string[],
): Promise<void> {
  const elements = addresses.map(
    (it) => `add element inet world ${it.includes(":") ? "served6" : "served4"} { ${it} }\n`,
  );
  await runOrThrow(["nsenter", `--net=${namespace.path}`, "nft", "--file", "-"], elements.join(""));
}

export async function attach(
  world: NetworkNamespace,
  machine: NetworkNamespace,
  attachment: Attachment,
): Promise<void> {
  const { index, device, own, gateway, neighbour, hardware } = attachment;
  await world.configure([
    `link add ${device} index ${index} address ${hardware.gateway} type veth peer name eth0 address ${hardware.own} netns ${machine.name}`,
    `link set ${device} addrgenmode none`,
    `link set ${device} up`,
    ...[gateway, neighbour].flatMap((it) => toAddresses(it, device)),
    `addr add fe80::1/64 dev ${device} nodad`,
    ...toNeighbours(own, hardware.own, device),
  ]);
  await machine.configure([
    "link set lo up",
    "link set eth0 addrgenmode none",
    "link set eth0 up",
    ...toAddresses(own, "eth0"),
    "addr add fe80::2/64 dev eth0 nodad",
    `route add default via ${gateway.ipv4} src ${own.ipv4}`,
    `route add ::/0 via ${gateway.ipv6} dev eth0 src ${own.ipv6}`,
    ...toNeighbours(gateway, hardware.gateway, "eth0"),
  ]);
}

function toAddresses({ ipv4, ipv6 }: AddressPair, device: string): string[] {
  return [`addr add ${ipv4}/24 dev ${device}`, `addr add ${ipv6}/64 dev ${device} nodad`];
}

/** Known from the start, so that no packet waits for a neighbour's answer and comes after the capture was read. */
function toNeighbours({ ipv4, ipv6 }: AddressPair, hardware: string, device: string): string[] {
  return [ipv4, ipv6].map(
    (it) => `neigh replace ${it} lladdr ${hardware} dev ${device} nud permanent`,
  );
}

function toTable(): string {
  const served = [RESOLVER, CLUSTER_API, METADATA];
  const ipv4 = served.map((it) => it.ipv4);
  const ipv6 = served.map((it) => it.ipv6);
  return `
table inet world {
  set served4 { type ipv4_addr; flags interval; elements = { 127.0.0.0/8, 10.244.0.0/16, 10.1.0.0/16, ${ipv4.join(", ")} }; }
  set served6 { type ipv6_addr; flags interval; elements = { ::1, fd00:10:244::/48, fd00:10:1::/48, ${ipv6.join(", ")} }; }
  chain to_the_rest {
    ip daddr @served4 return
    ip6 daddr @served6 return
    meta l4proto { tcp, udp } th dport 53 redirect to :${SINK_PORTS.dns}
    tcp dport 853 redirect to :${SINK_PORTS.dnsOverTls}
    udp dport 443 redirect to :${SINK_PORTS.quic}
    meta l4proto tcp redirect to :${SINK_PORTS.tcp}
    meta l4proto udp redirect to :${SINK_PORTS.udp}
  }
  chain from_machines { type nat hook prerouting priority dstnat; jump to_the_rest; }
  chain from_the_world { type nat hook output priority -100; jump to_the_rest; }
}
`;
}
