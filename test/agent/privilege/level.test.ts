import { describe, expect, test } from "vitest";

import {
  decideLevel,
  decideLevelOnceInstalled,
  NOTHING_TRIED,
  type Proofs,
} from "../../../agent/privilege/level.ts";
import type { KernelProof } from "../../../agent/privilege/sensor-availability.ts";
import { factsWith, POD_NAMESPACES } from "./facts-with.ts";
import type { FactChanges } from "./facts-with.ts";

const pod: FactChanges = { namespaces: POD_NAMESPACES };
const user: FactChanges = { process: { userId: 1000 } };

describe("the level by what is granted", () => {
  test.each<[string, FactChanges, string, boolean, string, string]>([
    ["root on a machine", {}, "root", true, "nftables", "machine"],
    [
      "SYS_ADMIN in place of BPF and PERFMON",
      { capabilities: ["SYS_ADMIN", "NET_ADMIN"] },
      "root",
      true,
      "nftables",
      "machine",
    ],
    [
      "a user with BPF, PERFMON and NET_ADMIN on a machine",
      { ...user, capabilities: ["BPF", "PERFMON", "NET_ADMIN"] },
      "sidecar-kernel",
      true,
      "nftables",
      "machine",
    ],
    [
      "the same in a pod",
      { ...pod, ...user, capabilities: ["BPF", "PERFMON", "NET_ADMIN"] },
      "sidecar-kernel",
      true,
      "nftables",
      "network-namespace",
    ],
    [
      "root in a privileged container",
      pod,
      "sidecar-kernel",
      true,
      "nftables",
      "network-namespace",
    ],
    [
      "BPF and PERFMON without NET_ADMIN",
      { ...pod, capabilities: ["BPF", "PERFMON"] },
      "sidecar-kernel",
      true,
      "none",
      "nothing",
    ],
    [
      "BPF without PERFMON",
      { ...pod, capabilities: ["BPF", "NET_ADMIN"] },
      "sidecar-proc",
      false,
      "nftables",
      "network-namespace",
    ],
    [
      "PERFMON without BPF",
      { ...pod, capabilities: ["PERFMON", "NET_ADMIN"] },
      "sidecar-proc",
      false,
      "nftables",
      "network-namespace",
    ],
    [
      "NET_ADMIN alone",
      { ...pod, ...user, capabilities: ["NET_ADMIN"] },
      "sidecar-proc",
      false,
      "nftables",
      "network-namespace",
    ],
    [
      "nothing, with port 53 free to all",
      { ...pod, ...user, capabilities: [], kernel: { unprivilegedPortStart: 0 } },
      "unprivileged",
      false,
      "dns",
      "names",
    ],
    [
      "NET_BIND_SERVICE alone",
      { ...pod, ...user, capabilities: ["NET_BIND_SERVICE"] },
      "unprivileged",
      false,
      "dns",
      "names",
    ],
    [
      "nothing at all",
      { ...pod, ...user, capabilities: [] },
      "unprivileged",
      false,
      "none",
      "nothing",
    ],
    [
      "uid 0 that was given nothing",
      { ...pod, capabilities: [] },
      "unprivileged",
      false,
      "none",
      "nothing",
    ],
  ])("%s", (_, changes, level, kernelSensor, mechanism, scope) => {
    const decision = decideLevel(factsWith(changes));

    expect(decision.level).toBe(level);
    expect(decision.sensors.map(({ name, available }) => [name, available])).toEqual([
      ["kernel", kernelSensor],
      ["proc", true],
      ["host", true],
    ]);
    expect(decision.enforcement).toMatchObject({ watch: { mechanism, scope } });
  });
});

describe("what keeps the kernel sensor from root", () => {
  test.each<[string, FactChanges, RegExp]>([
    [
      "an old kernel",
      { kernel: { release: "5.4.0", version: { major: 5, minor: 4 } } },
      /5\.8 or later; this is 5\.4\.0/,
    ],
    ["no BTF", { kernel: { btf: "missing" } }, /types .* are missing/],
    ["unreadable BTF", { kernel: { btf: "unreadable" } }, /types .* are unreadable/],
    ["lockdown for confidentiality", { kernel: { lockdown: "confidentiality" } }, /locked down/],
    [
      "a user namespace",
      { namespaces: { user: { inode: 4_026_532_502, initial: false } } },
      /user namespace of its own/,
    ],
    ["no libbpf", { files: { libbpf: null } }, /libbpf\.so\.1/],
    ["no object file", { files: { kernelObject: null } }, /program for x64 has not been built/],
    ["another architecture", { facts: { architecture: "riscv64" } }, /not built for riscv64/],
  ])("%s", (_, changes, reason) => {
    const decision = decideLevel(factsWith(changes));

    expect(decision.level).toBe("sidecar-proc");
    expect(decision.sensors[0]).toMatchObject({ name: "kernel", available: false });
    expect(decision.sensors[0]?.reason).toMatch(reason);
  });

  test("not lockdown for integrity, nor a sysctl that binds only those without the capability", () => {
    const facts = factsWith({
      kernel: { lockdown: "integrity", unprivilegedBpfDisabled: 1, perfEventParanoid: 4 },
    });

    expect(decideLevel(facts).level).toBe("root");
  });
});

describe("loading the sensor is the proof", () => {
  test("a refusal lowers the level that the facts promise", () => {
    const proof: KernelProof = { status: "unavailable", reason: "bpf() answered EPERM." };
    const decision = decideLevel(factsWith(), { ...NOTHING_TRIED, kernel: proof });

    expect(decision.level).toBe("sidecar-proc");
    expect(decision.sensors[0]?.reason).toBe("It was tried and failed: bpf() answered EPERM.");
  });

  test.each(["active", "degraded"] as const)("%s overrules a fact that says no", (status) => {
    expect(
      decideLevel(factsWith({ files: { libbpf: null } }), { ...NOTHING_TRIED, kernel: { status } })
        .level,
    ).toBe("root");
  });
});

describe("the level once everything is installed", () => {
  test.each<[string, FactChanges, string]>([
    ["libbpf is missing", { files: { libbpf: null } }, "root"],
    [
      "all files are missing in a pod",
      { ...pod, files: { libbpf: null, kernelObject: null, nft: null } },
      "sidecar-kernel",
    ],
    [
      "nft is missing and BPF too",
      { ...pod, capabilities: ["NET_ADMIN"], files: { nft: null } },
      "sidecar-proc",
    ],
    [
      "no file helps an old kernel",
      { kernel: { version: { major: 4, minor: 18 } }, files: { libbpf: null } },
      "sidecar-proc",
    ],
  ])("%s", (_, changes, expected) => {
    expect(decideLevelOnceInstalled(factsWith(changes))).toBe(expected);
  });

  test("a failed trial counts only where the sensor's files were there", () => {
    const failed: Proofs = { ...NOTHING_TRIED, kernel: { status: "unavailable" } };

    expect(decideLevelOnceInstalled(factsWith(), failed)).toBe("sidecar-proc");
    expect(decideLevelOnceInstalled(factsWith({ files: { libbpf: null } }), failed)).toBe("root");
  });
});

describe("each sensor says what it does not see", () => {
  test.each<[string, FactChanges, number, RegExp]>([
    [
      "the kernel sensor on a machine",
      {},
      0,
      /^Could see every process of the machine; run keeps to its command and what that starts\.$/,
    ],
    ["the kernel sensor in a pod", pod, 0, /pid namespace and of those below/],
    [
      "the kernel sensor without NET_ADMIN",
      { capabilities: ["BPF", "PERFMON"] },
      0,
      /no datagrams.* take NET_ADMIN/,
    ],
    [
      "the kernel sensor without cgroup2",
      { facts: { cgroup2: [] } },
      0,
      /no datagrams.* need a cgroup2 file system/,
    ],
    ["proc as root", {}, 1, /^It samples[^.]*\.$/],
    [
      "proc without SYS_PTRACE",
      { capabilities: ["DAC_READ_SEARCH"] },
      1,
      /cannot read the program/,
    ],
    [
      "proc as root without the DAC capabilities",
      { capabilities: ["SYS_PTRACE"] },
      1,
      /cannot read the program/,
    ],
    ["proc under hidepid", { facts: { procHidesOthers: true } }, 1, /hidepid/],
  ])("%s", (_, changes, index, reason) => {
    expect(decideLevel(factsWith(changes)).sensors[index]?.reason).toMatch(reason);
  });
});

describe("what run can block", () => {
  const unwritable: FactChanges = {
    facts: { ownCgroup: { path: "/sys/fs/cgroup/a", writable: false } },
  };

  test.each<[string, FactChanges, string, string]>([
    ["root on a machine", {}, "nftables", "command"],
    [
      "root in a container whose cgroup tree is read-only",
      { ...pod, ...unwritable },
      "dns",
      "names",
    ],
    ["no cgroup v2 tree", { facts: { cgroup2: [], ownCgroup: null } }, "dns", "names"],
    [
      "NET_ADMIN alone, where it may not make a cgroup",
      { ...pod, capabilities: ["NET_ADMIN"], ...unwritable },
      "none",
      "nothing",
    ],
    ["no NET_ADMIN", { ...pod, capabilities: ["BPF", "PERFMON"] }, "none", "nothing"],
  ])("%s", (_, changes, mechanism, scope) => {
    expect(decideLevel(factsWith(changes)).enforcement.run).toMatchObject({ mechanism, scope });
  });

  test("a trial overrules the facts, either way", () => {
    const failed = { mechanism: "none", reason: "is loopback up?" } as const;
    const lowered = decideLevel(factsWith(), { ...NOTHING_TRIED, enforcement: failed });
    const enforcement = { mechanism: "nftables" } as const;
    const raised = decideLevel(factsWith(unwritable), { ...NOTHING_TRIED, enforcement });

    expect(lowered.enforcement.run).toMatchObject({
      mechanism: "dns",
      reason: expect.stringMatching(/^It was tried and failed: is loopback up\?\. --enforcement/),
    });
    expect(raised.enforcement.run.mechanism).toBe("nftables");
  });

  test("all that is missing is named, so that it agrees with whatever the trial met first", () => {
    const facts = factsWith({ ...unwritable, capabilities: [] });
    const enforcement = {
      mechanism: "none",
      reason: "the cgroup tree may not be written",
    } as const;
    const { reason } = decideLevel(facts, { ...NOTHING_TRIED, enforcement }).enforcement.run;

    expect(reason).toMatch(/^nftables takes NET_ADMIN\. The guard may not make a cgroup below/);
  });

  test("watch needs no cgroup", () => {
    expect(decideLevel(factsWith(unwritable)).enforcement.watch.mechanism).toBe("nftables");
  });
});
