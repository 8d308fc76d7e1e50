import { existsSync } from "node:fs";
import { join } from "node:path";

import type { Places } from "./places.ts";
import { readText } from "./read-text.ts";

/** Marks that containers and virtual machines leave. They are hints for the reader, and nothing is decided by them. */
export interface Surroundings {
  readonly container: readonly string[];
  readonly virtualMachine: readonly string[];
}

const CONTAINER_FILES: readonly (readonly [path: string, hint: string])[] = [
  [".dockerenv", "/.dockerenv exists"],
  ["run/.containerenv", "/run/.containerenv exists"],
  ["run/secrets/kubernetes.io/serviceaccount", "a Kubernetes service account is mounted"],
  ["var/run/secrets/kubernetes.io/serviceaccount", "a Kubernetes service account is mounted"],
];

export function readSurroundings(places: Places): Surroundings {
  return { container: containerHints(places), virtualMachine: virtualMachineHints(places) };
}

function containerHints(places: Places): string[] {
  const cgroups = readText(join(places.proc, "self/cgroup")) ?? "";
  const manager = /kubepods|docker|libpod|containerd|lxc/.exec(cgroups)?.[0];
  const hints = CONTAINER_FILES.filter(([path]) => existsSync(join(places.root, path))).map(
    ([, hint]) => hint,
  );
  if (manager !== undefined) hints.push(`the cgroup path names ${manager}`);
  return [...new Set(hints)];
}

function virtualMachineHints(places: Places): string[] {
  const hints: string[] = [];
  const flags = /^flags\s*:(.*)$/m.exec(readText(join(places.proc, "cpuinfo")) ?? "")?.[1] ?? "";
  if (/\bhypervisor\b/.test(flags)) hints.push("the processor reports a hypervisor");
  const vendor = readText(join(places.sys, "class/dmi/id/sys_vendor"))?.trim() ?? "";
  if (vendor !== "") hints.push(`made by ${vendor}`);
  return hints;
}
