import { describe, expect, test } from "vitest";

import { NOTHING_TRIED } from "../../../agent/privilege/level.ts";
import type { MachineFacts } from "../../../agent/privilege/machine-facts.ts";
import type { Problem } from "../../../agent/privilege/problem.ts";
import { findProblems } from "../../../agent/privilege/problems.ts";
import type { KernelProof } from "../../../agent/privilege/sensor-availability.ts";
import { factsWith, POD_NAMESPACES } from "./facts-with.ts";
import type { FactChanges } from "./facts-with.ts";

test("a machine that allows everything has no problem", () => {
  expect(findProblems(factsWith())).toEqual([]);
});

describe("each problem goes by a fixed name and says how to mend it", () => {
  test.each<[string, FactChanges, RegExp]>([
    ["kernel-too-old", { kernel: { version: { major: 5, minor: 4 } } }, /newer kernel/],
    ["btf-missing", { kernel: { btf: "missing" } }, /CONFIG_DEBUG_INFO_BTF/],
    ["btf-unreadable", { kernel: { btf: "unreadable" } }, /readable to this user/],
    ["kernel-lockdown", { kernel: { lockdown: "confidentiality" } }, /lockdown=integrity/],
    ["architecture-unsupported", { facts: { architecture: "s390x" } }, /x64 or arm64/],
    ["user-namespace", { namespaces: { user: { inode: 5, initial: false } } }, /hostUsers: true/],
    ["libbpf-missing", { files: { libbpf: null } }, /apt-get install libbpf1/],
    ["kernel-object-missing", { files: { kernelObject: null } }, /npm run build:bpf/],
    ["nft-missing", { files: { nft: null } }, /install nftables/],
    ["cgroup2-missing", { facts: { cgroup2: [] } }, /mount -t cgroup2/],
    ["processes-hidden", { facts: { procHidesOthers: true } }, /hidepid=0/],
    [
      "process-namespace-not-shared",
      { namespaces: POD_NAMESPACES, facts: { visibleProcesses: { total: 2, unrelated: 0 } } },
      /shareProcessNamespace: true/,
    ],
  ])("%s", (id, changes, fix) => {
    const problems = findProblems(factsWith(changes));

    expect(problems.map((problem) => problem.id)).toEqual([id]);
    expect(problems[0]?.fix).toMatch(fix);
    expect(problems[0]?.message).toMatch(/\.$/);
  });
});

describe("a cgroup tree that is not mounted", () => {
  const NETNS = { network: { inode: 7, initial: false } };

  test.each<[string, FactChanges["facts"], FactChanges["namespaces"], string]>([
    ["where there is room for it", {}, {}, "mount -t cgroup2 none /sys/fs/cgroup, or boot"],
    [
      "beside version 1",
      { cgroup2MountPoint: "/sys/fs/cgroup/unified" },
      {},
      "mount -t cgroup2 none /sys/fs/cgroup/unified, or",
    ],
    [
      "where no directory is for it",
      { cgroup2MountPoint: null },
      {},
      "mkdir -p /sys/fs/cgroup/unified && mount",
    ],
    ["under ip netns exec", {}, NETNS, "enter by nsenter --net=/run/netns/NAME."],
  ])("is mended %s", (_, facts, namespaces, fix) => {
    const [problem] = findProblems(
      factsWith({ facts: { cgroup2: [], ...facts }, namespaces: namespaces ?? {} }),
    );

    expect(problem?.id).toBe("cgroup2-missing");
    expect(problem?.fix).toContain(fix);
  });

  test("is what a sensor that works in part lacks, and no security module", () => {
    const problems = problemsOfTrial(factsWith({ facts: { cgroup2: [] } }), {
      status: "degraded",
      reason: "connections over IPv4 not seen (no cgroup v2 tree is mounted)",
    });

    expect(problems.map(({ id }) => id)).toEqual(["kernel-sensor-degraded", "cgroup2-missing"]);
    expect(problems[0]?.fix).toMatch(/^Mount the cgroup v2 tree, as below/);
  });
});

test("an ordinary user is told of all that is missing, the kernel sensor first", () => {
  const problems = findProblems(factsWith({ capabilities: [], process: { userId: 1000 } }));

  expect(problems.map(({ id }) => id)).toEqual([
    "kernel-capabilities-missing",
    "net-admin-missing",
    "process-details-unreadable",
  ]);
});

test.each([
  ["5.10", 8_388_608, ["BPF", "PERFMON"], true],
  ["5.10", 10_485_760, ["BPF", "PERFMON"], false],
  ["5.10", 67_108_864, ["BPF", "PERFMON"], false],
  ["5.10", null, ["BPF", "PERFMON"], false],
  ["5.10", 8_388_608, ["BPF", "PERFMON", "SYS_RESOURCE"], false],
  ["5.11", 8_388_608, ["BPF", "PERFMON"], false],
] as const)("on %s a memlock limit of %s with %j is too small: %s", (...row) => {
  const [release, memlockBytes, capabilities, expected] = row;
  const [major = 0, minor = 0] = release.split(".").map(Number);
  const facts = factsWith({
    capabilities,
    kernel: { version: { major, minor } },
    process: { memlockBytes },
  });

  expect(findProblems(facts).some(({ id }) => id === "memlock-too-small")).toBe(expected);
});

describe("the trial of the kernel sensor", () => {
  test("a refusal that no fact explains is a problem of its own", () => {
    const problems = problemsOfTrial(factsWith(), { status: "unavailable", reason: "EPERM" });

    expect(problems).toEqual([
      {
        id: "kernel-sensor-refused",
        message: "Everything is there, yet loading the kernel sensor failed: EPERM.",
        fix: "Look for a security module or a kernel setting that forbids bpf(): dmesg names it.",
      },
    ]);
  });

  test("a seccomp filter is what to look at first", () => {
    const facts = factsWith({ process: { seccomp: "filter" } });

    expect(problemsOfTrial(facts, { status: "unavailable" })[0]?.fix).toContain("allow bpf()");
  });

  test("programs that were left out are named", () => {
    const problems = problemsOfTrial(factsWith(), {
      status: "degraded",
      reason: "connections over IPv4 not seen (on_connect4: EPERM)",
    });

    expect(problems[0]).toMatchObject({
      id: "kernel-sensor-degraded",
      message:
        "The kernel sensor works in part: connections over IPv4 not seen (on_connect4: EPERM).",
    });
  });

  test("a refusal that a fact explains is told once", () => {
    const facts = factsWith({ files: { libbpf: null } });

    expect(problemsOfTrial(facts, { status: "unavailable" }).map(({ id }) => id)).toEqual([
      "libbpf-missing",
    ]);
  });

  test("success silences the facts that said it could not work", () => {
    const facts = factsWith({ files: { libbpf: null } });

    expect(problemsOfTrial(facts, { status: "active" })).toEqual([]);
  });
});

function problemsOfTrial(facts: MachineFacts, kernel: KernelProof): Problem[] {
  return findProblems(facts, { ...NOTHING_TRIED, kernel });
}

describe("what keeps run from blocking", () => {
  const noCgroup: FactChanges = {
    facts: { ownCgroup: { path: "/sys/fs/cgroup/a", writable: false } },
  };

  test.each<[string, FactChanges, RegExp]>([
    ["a cgroup that may not be written", noCgroup, /make a cgroup below its own \(\/sys\/fs/],
    [
      "a tree that nft does not look at",
      { facts: { cgroup2: [{ path: "/mnt/cgroup", writable: true }] } },
      /mounted at \/mnt\/cgroup, and nft/,
    ],
    ["a cgroup of its own that is not there", { facts: { ownCgroup: null } }, /is not in the tree/],
  ])("%s is told, with watch as a way", (_, changes, message) => {
    const [problem] = findProblems(factsWith(changes));

    expect(problem?.id).toBe("command-cgroup-unavailable");
    expect(problem?.message).toMatch(message);
    expect(problem?.message).toContain("`watch` can");
  });

  test("is told once where nftables cannot be had at all", () => {
    const facts = factsWith({ ...noCgroup, files: { nft: null } });

    expect(findProblems(facts).map(({ id }) => id)).toEqual(["nft-missing"]);
  });

  test("a refusal that no fact explains is a problem of its own", () => {
    const enforcement = { mechanism: "none", reason: "nf_tables is not there." } as const;
    const [problem] = findProblems(factsWith(), { ...NOTHING_TRIED, enforcement });

    expect(problem).toMatchObject({
      id: "enforcement-refused",
      message: "Everything is there, yet blocking was tried and failed: nf_tables is not there.",
    });
  });

  test("success silences the facts that said it could not work", () => {
    const enforcement = { mechanism: "nftables" } as const;

    expect(findProblems(factsWith(noCgroup), { ...NOTHING_TRIED, enforcement })).toEqual([]);
  });
});
