import { toFamily } from "../ip-address.ts";
import type { Opening } from "../name-policy.ts";
import type { AddressElement, Element } from "../netlink/element-writer.ts";
import { DENIED_NAMES, LEARNED, LEARNED_RANGES } from "../nftables/set-names.ts";

const PROTOCOLS = { tcp: 6, udp: 17 } as const;

export function toOpenElement(
  ip: string,
  { transport, ports }: Opening,
  timeoutMs: number,
): Element {
  const sets = ports.from === ports.to ? LEARNED : LEARNED_RANGES;
  return { set: sets[toFamily(ip)], ip, protocol: PROTOCOLS[transport], ports, timeoutMs };
}

export function toDeniedElement(ip: string, timeoutMs: number): AddressElement {
  return { set: DENIED_NAMES[toFamily(ip)], ip, timeoutMs };
}
