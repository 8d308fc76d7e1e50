/** What this process holds of BPF, looked at through /proc. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

import koffi from "koffi";

const BPF_MAP_TYPE_HASH = 1;

/** Open programs, maps and links. */
export function countBpfDescriptors(): number {
  return bpfDescriptors("").length;
}

/** The keys of the one map from process ids to one byte. */
export function trackedPids(): number[] {
  const library = koffi.load("libbpf.so.1");
  const getNextKey: (map: number, key: Uint8Array | null, next: Uint8Array) => number =
    library.func("int bpf_map_get_next_key(int map, const void *key, void *next)");
  const map = bpfDescriptors("bpf-map").find(isSetOfPids);
  if (map === undefined) throw new Error("no sensor is loaded");
  const pids: number[] = [];
  let key: Buffer | null = null;
  for (;;) {
    const next = Buffer.alloc(4);
    if (getNextKey(map, key, next) !== 0) return pids;
    pids.push(next.readUInt32LE());
    key = next;
  }
}

function bpfDescriptors(name: string): number[] {
  return readdirSync("/proc/self/fd")
    .map(Number)
    .filter((descriptor) => readLink(descriptor).startsWith(`anon_inode:${name || "bpf"}`));
}

function readLink(descriptor: number): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`).replaceAll(/[[\]]/gu, "");
  } catch {
    return "";
  }
}

function isSetOfPids(descriptor: number): boolean {
  const info = readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8");
  const field = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(?<value>\\d+)$`, "mu").exec(info)?.groups?.["value"]);
  return (
    field("map_type") === BPF_MAP_TYPE_HASH && field("key_size") === 4 && field("value_size") === 1
  );
}
