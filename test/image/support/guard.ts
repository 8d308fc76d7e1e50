/** The guard of a pod, as docs/image.md has it started: it blocks all but one port of the pod's neighbour. */
import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import type { Container, ContainerOptions } from "./container.ts";
import { image, rights } from "./image.ts";
import type { Pod } from "./pod.ts";

export interface GuardOptions {
  readonly flags: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Its folders are made in the place: `state` is what a job's container mounts, `report` has the report. */
export function toGuard(
  pod: Pod,
  place: string,
  { flags, environment }: GuardOptions = { flags: [], environment: {} },
): ContainerOptions {
  const policy = { version: 1, egress: { mode: "block", allow: [`${pod.neighbour}:443`] } };
  mkdirSync(join(place, "policy"));
  writeFileSync(join(place, "policy/policy.json"), JSON.stringify(policy));
  return {
    rootFolder: image.rootFolder,
    command: [
      "runner-guard",
      "watch",
      "--policy=/etc/runner-guard/policy.json",
      "--report=/var/lib/runner-guard/report.json",
      "--resolver=203.0.113.53",
      ...flags,
    ],
    userId: 0,
    capabilities: rights.agent,
    pod,
    environment,
    readOnlyVolumes: { "/etc/runner-guard": join(place, "policy") },
    volumes: {
      "/run/runner-guard": makeVolume(place, "state", 0),
      "/var/lib/runner-guard": makeVolume(place, "report", 0),
    },
  };
}

/** As Kubernetes gives it: everybody's (`emptyDir`), with the group of the pod's `fsGroup`. */
export function makeVolume(place: string, name: string, groupId: number): string {
  const path = join(place, name);
  mkdirSync(path, { recursive: true });
  chownSync(path, 0, groupId);
  chmodSync(path, groupId === 0 ? 0o777 : 0o2775);
  return path;
}

export async function expectHealthy(container: Container, says: string): Promise<void> {
  const check = async (): Promise<string> => {
    const { stdout } = await container.run("runner-guard-health");
    return stdout === "" ? container.said() : stdout;
  };
  await expect.poll(check, { interval: 500 }).toBe(`${says}\n`);
}
