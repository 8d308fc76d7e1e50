/** Reads the counters of /proc that resource use is worked out from; a file takes some 50 µs and starts no process. */
import { readFile, stat } from "node:fs/promises";

import { parseDiskTraffic } from "./disk-traffic.ts";
import type { DiskTraffic } from "./disk-traffic.ts";
import { parseNetworkTraffic, parseRoutedInterfaces } from "./network-traffic.ts";
import type { NetworkTraffic } from "./network-traffic.ts";
import { parseProcessorTime } from "./processor-time.ts";
import type { ProcessorTime } from "./processor-time.ts";

export interface MachineCounters {
  /** On a clock that never goes back. */
  readonly readAtMs: number;
  readonly processors: ProcessorTime | undefined;
  readonly disks: DiskTraffic | undefined;
  readonly network: NetworkTraffic | undefined;
}

export interface MachineRoots {
  /** Where the proc file system is mounted. */
  readonly proc: string;
  /** Where sysfs is mounted. */
  readonly sys: string;
}

/** What cannot be read is undefined. */
export async function readMachineCounters(roots: MachineRoots): Promise<MachineCounters> {
  const [processors, disks, network] = await Promise.all([
    readText(`${roots.proc}/stat`),
    readDiskTraffic(roots),
    readNetworkTraffic(roots),
  ]);
  return {
    readAtMs: performance.now(),
    processors: parseProcessorTime(processors),
    disks,
    network,
  };
}

/** A disk is a block device with hardware behind it, also where the hardware is a virtual machine's. */
async function readDiskTraffic({ proc, sys }: MachineRoots): Promise<DiskTraffic | undefined> {
  const text = await readText(`${proc}/diskstats`);
  const names = [...text.matchAll(/^ *\d+ +\d+ (\S+) /gm)].map(([, name = ""]) => name);
  const disks = new Set<string>();
  for (const name of names) {
    if (await exists(`${sys}/block/${name}/device`)) disks.add(name);
  }
  return parseDiskTraffic(text, (name) => disks.has(name));
}

async function readNetworkTraffic({ proc }: MachineRoots): Promise<NetworkTraffic | undefined> {
  const [devices, ipv4, ipv6] = await Promise.all([
    readText(`${proc}/net/dev`),
    readText(`${proc}/net/route`),
    readText(`${proc}/net/ipv6_route`),
  ]);
  return parseNetworkTraffic(devices, parseRoutedInterfaces(ipv4, ipv6));
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return "";
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
