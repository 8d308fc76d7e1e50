/** The set in deploy/image/capabilities.json suffices, and none of it can be spared. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";

import { runContainer } from "./support/container.ts";
import { image, rights } from "./support/image.ts";
import { type Pod, startPod } from "./support/pod.ts";

const proofSchema = z.object({ status: z.string(), reason: z.string().optional() }).nullish();
const doctorSchema = z.object({
  level: z.string(),
  sensors: z.array(z.object({ name: z.string(), available: z.boolean() })),
  enforcement: z.object({ watch: z.object({ mechanism: z.string(), scope: z.string() }) }),
  kernelProof: proofSchema,
  capabilities: z.array(z.object({ name: z.string(), present: z.boolean() })),
  problems: z.array(z.object({ id: z.string() })),
});
type Doctor = z.infer<typeof doctorSchema>;

let pod: Pod;
beforeAll(async () => {
  pod = await startPod();
});
afterAll(() => pod[Symbol.asyncDispose]());

test("with exactly the set, in a pod with a read-only root, all sensors see and the block can be had", async () => {
  const found = await askDoctor(rights.agent);

  expect(found).toMatchObject({
    level: "sidecar-kernel",
    enforcement: { watch: { mechanism: "nftables", scope: "network-namespace" } },
    kernelProof: { status: "active" },
  });
  expect(found.sensors.filter(({ available }) => !available)).toEqual([]);
  expect(nameProblems(found)).toEqual(["command-cgroup-unavailable"]);
});

/** What `doctor` says then, beside what it says anyway: `run` makes no cgroup in a container, and `watch` needs none. */
const LOST: Readonly<Record<string, Record<string, unknown>>> = {
  BPF: {
    level: "sidecar-proc",
    problems: expect.arrayContaining([{ id: "kernel-capabilities-missing" }]),
  },
  PERFMON: {
    level: "sidecar-proc",
    problems: expect.arrayContaining([{ id: "kernel-capabilities-missing" }]),
  },
  NET_ADMIN: {
    enforcement: { watch: expect.objectContaining({ mechanism: "none" }) },
    problems: expect.arrayContaining([{ id: "net-admin-missing" }]),
  },
  SYS_PTRACE: { problems: expect.arrayContaining([{ id: "process-details-unreadable" }]) },
  DAC_READ_SEARCH: { problems: expect.arrayContaining([{ id: "process-details-unreadable" }]) },
  // The kernel's own kills need none; those of the guard do, and it has nothing to try it at.
  KILL: { capabilities: expect.arrayContaining([{ name: "KILL", present: false }]) },
};

test("each of the set is tried without", () => {
  expect(Object.keys(LOST).toSorted()).toEqual(rights.agent.toSorted());
});

describe("what is lost without", () => {
  test.each(Object.entries(LOST))("%s", async (missing, lost) => {
    expect(await askDoctor(rights.agent.filter((name) => name !== missing))).toEqual(
      expect.objectContaining(lost),
    );
  });
});

async function askDoctor(capabilities: readonly string[]): Promise<Doctor> {
  const { rootFolder } = image;
  const command = ["runner-guard", "doctor", "--json"];
  const { stdout, stderr } = await runContainer({
    rootFolder,
    command,
    userId: 0,
    capabilities,
    pod,
  });
  expect(stderr).toBe("");
  return doctorSchema.parse(JSON.parse(stdout));
}

function nameProblems({ problems }: Doctor): string[] {
  return problems.map(({ id }) => id);
}
