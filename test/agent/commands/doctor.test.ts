import { release } from "node:os";

import { describe, expect, test } from "vitest";

import { runDoctor } from "../../../agent/commands/doctor.ts";
import type { DoctorOptions } from "../../../agent/commands/doctor.ts";
import type { EnforcementProof } from "../../../agent/privilege/enforcement.ts";
import type { KernelProof } from "../../../agent/privilege/sensor-availability.ts";
import { createHardenedPod, statusOf } from "../posture/hardened-pod.ts";
import { doctorOutputSchema } from "../privilege/doctor-output.ts";
import { createMachineTree, statusText } from "../privilege/machine-tree.ts";

describe("runner-guard doctor", () => {
  test("looks at this very machine and process", async () => {
    const { text, status } = await doctor({ json: true });
    const output = doctorOutputSchema.parse(JSON.parse(text));

    expect(status).toBe(0);
    expect(output.facts.kernel.release).toBe(release());
    expect(output.facts.process).toMatchObject({ pid: process.pid, userId: process.geteuid?.() });
    expect(output.kernelProof).toBeNull();
  });

  test("prints the level first, for people", async () => {
    using machine = createMachineTree();
    const { text, status } = await doctor({ places: machine.places });

    expect(status).toBe(0);
    expect(text).toMatch(/^Level: root\. Sensors: kernel, proc, host\. Enforcement: nftables\./);
  });

  test("finding nothing is no failure", async () => {
    using machine = createMachineTree();
    machine.put("proc/self/status", statusText({ uid: 1000, effective: "0000000000000000" }));
    const { text, status } = await doctor({ places: machine.places });

    expect(status).toBe(0);
    expect(text).toMatch(/^Level: unprivileged\. Sensors: proc, host\. Enforcement: none\./);
  });

  test("takes the word of the trial over that of the facts", async () => {
    using machine = createMachineTree();
    const probe = answering({ status: "unavailable", reason: "EPERM" });
    const { text } = await doctor({ places: machine.places, json: true, probe });

    expect(doctorOutputSchema.parse(JSON.parse(text))).toMatchObject({
      level: "sidecar-proc",
      kernelProof: { status: "unavailable" },
      problems: [{ id: "kernel-sensor-refused" }],
    });
  });

  test("a trial that throws is a trial that failed", async () => {
    using machine = createMachineTree();
    const { text, status } = await doctor({
      places: machine.places,
      columns: 120,
      probe: () => Promise.reject(new Error("libbpf.so.1: wrong ELF class")),
    });

    expect(status).toBe(0);
    expect(text).toContain("libbpf.so.1: wrong ELF class");
  });

  test("takes the word of the trial of blocking too", async () => {
    using machine = createMachineTree();
    const { text } = await doctor({ places: machine.places, json: true, probeBlocking: failing });

    expect(doctorOutputSchema.parse(JSON.parse(text))).toMatchObject({
      enforcement: { run: { mechanism: "dns" }, watch: { mechanism: "nftables" } },
      enforcementProof: { mechanism: "none" },
      problems: [{ id: "enforcement-refused" }],
    });
  });

  test("JSON shown in a terminal moves nothing", async () => {
    using machine = createMachineTree();
    const probe = answering({ status: "degraded", reason: "\u009B2J\u202E\u001B[2J" });
    const { text } = await doctor({ places: machine.places, json: true, probe });

    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(JSON.parse(text)).toMatchObject({ kernelProof: { reason: "\u009B2J\u202E\u001B[2J" } });
  });

  test("tells the posture last, with what to do about it", async () => {
    using machine = createMachineTree();
    using pod = createHardenedPod();
    pod.put("proc/self/status", statusOf({ uid: 0 }));
    const { text, status } = await doctor({ places: machine.places, posture: pod.places });

    expect(status).toBe(0);
    expect(text).toContain(
      "\n\nPosture: 95 of 100\n  medium    Running as root: the job runs as root.\n",
    );
    expect(text).toMatch(
      / mend: Run the runner as a user of its own[^]+23 checks passed, 1 failed/,
    );
  });

  test.each([
    ["high", 0],
    ["medium", 1],
    ["low", 1],
  ] as const)("--fail-on %s with a medium check that failed: exit %d", async (failOn, expected) => {
    using machine = createMachineTree();
    using pod = createHardenedPod();
    pod.put("proc/self/status", statusOf({ uid: 0 }));
    const { text, status } = await doctor({
      places: machine.places,
      posture: pod.places,
      json: true,
      failOn,
    });

    expect(status).toBe(expected);
    expect(doctorOutputSchema.parse(JSON.parse(text)).posture).toMatchObject({ score: 95 });
  });

  test("a hostile name in the posture moves nothing", async () => {
    using machine = createMachineTree();
    using pod = createHardenedPod();
    pod.setVariable("PATH", "\u001B[2J:\n::error::x\u202E");
    const { text } = await doctor({ places: machine.places, posture: pod.places });

    expect(text).toContain(String.raw`\x1b[2J (relative)`);
    expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text).not.toMatch(/^ *::/m);
  });

  test("where there is no /proc it refuses with one sentence", async () => {
    using machine = createMachineTree();
    machine.remove("proc");

    await expect(doctor({ places: machine.places })).rejects.toThrow(
      /^Cannot read \S+, which says what this process may do: mount proc at \S+$/,
    );
  });
});

async function doctor(options: Partial<DoctorOptions>): Promise<{ text: string; status: number }> {
  const written: string[] = [];
  const stdout = { write: (text: string) => written.push(text) };
  using pod = createHardenedPod();
  const posture = pod.places;
  const status = await runDoctor({
    json: false,
    columns: 80,
    colour: false,
    stdout,
    posture,
    ...options,
  });
  return { text: written.join(""), status };
}

function answering(proof: KernelProof): () => Promise<KernelProof> {
  return () => Promise.resolve(proof);
}

function failing(): Promise<EnforcementProof> {
  return Promise.resolve({ mechanism: "none", reason: "EPERM" });
}
