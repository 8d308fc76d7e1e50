/** Devices that lead out of the network namespace: those of its default routes, or all where it has none. */
import { readProcNet } from "../proc-net.ts";

export function readOuterDevices(): string[] {
  return findOuterDevices({
    routes: readProcNet("route"),
    routes6: readProcNet("ipv6_route"),
    devices: readProcNet("dev"),
  });
}

/** The texts of three files in /proc/net. */
export interface DeviceTables {
  readonly routes: string;
  readonly routes6: string;
  readonly devices: string;
}

export function findOuterDevices({ routes, routes6, devices }: DeviceTables): string[] {
  const found = new Set([...findDefaults(routes), ...findDefaults6(routes6)]);
  found.delete("lo");
  if (found.size > 0) return [...found];
  return [...devices.matchAll(/^\s*([^\s:]+):/gm)]
    .map(([, name = ""]) => name)
    .filter((name) => name !== "lo");
}

/** Iface, Destination, Gateway, Flags, RefCnt, Use, Metric, Mask (net/ipv4/fib_trie.c). */
function findDefaults(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, destination, , , , , , mask]) => destination === "00000000" && mask === "00000000")
    .map(([device = ""]) => device);
}

/** Destination, its prefix, source, its prefix, next hop, metric, two counts, flags, device (net/ipv6/route.c). */
function findDefaults6(text: string): string[] {
  const rejecting = 0x0200;
  return text
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(
      ([destination = "", prefix, , , , , , , flags = "0"]) =>
        /^0{32}$/.test(destination) &&
        prefix === "00" &&
        (Number.parseInt(flags, 16) & rejecting) === 0,
    )
    .map((fields) => fields.at(-1) ?? "");
}
