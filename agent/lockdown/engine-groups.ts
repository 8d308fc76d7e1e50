import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Whose members may give orders to an engine that runs as root. */
const NAMES = new Set([
  "docker",
  "podman",
  "containerd",
  "lxd",
  "incus",
  "incus-admin",
  "buildkit",
]);

/** The numbers of the groups that engines are given to, by their usual names. */
export function readEngineGroups(root = "/"): ReadonlyMap<number, string> {
  const groups = new Map<number, string>();
  for (const line of readText(join(root, "etc/group")).split("\n")) {
    const [name = "", , id = ""] = line.split(":");
    if (NAMES.has(name) && /^\d+$/.test(id)) groups.set(Number(id), name);
  }
  return groups;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
