import type { MachineFacts } from "../../../agent/privilege/machine-facts.ts";

export interface FactChanges {
  readonly capabilities?: readonly string[];
  readonly bounding?: readonly string[];
  readonly process?: Partial<MachineFacts["process"]>;
  readonly kernel?: Partial<MachineFacts["kernel"]>;
  readonly namespaces?: Partial<MachineFacts["namespaces"]>;
  readonly files?: Partial<MachineFacts["files"]>;
  readonly facts?: Partial<MachineFacts>;
}

const SIDECAR = ["DAC_READ_SEARCH", "KILL", "NET_ADMIN", "SYS_PTRACE", "PERFMON", "BPF"];

/** A virtual machine on which root may do everything, changed as told. */
export function factsWith(changes: FactChanges = {}): MachineFacts {
  const effective = changes.capabilities ?? [...SIDECAR, "NET_BIND_SERVICE", "SYS_RESOURCE"];
  return {
    architecture: "x64",
    kernel: { ...kernel, ...changes.kernel },
    process: {
      pid: 100,
      userId: 0,
      capabilities: { effective, bounding: changes.bounding ?? effective, ambient: [] },
      noNewPrivileges: false,
      seccomp: "off",
      memlockBytes: 8_388_608,
      ...changes.process,
    },
    namespaces: {
      pid: { inode: 4_026_531_836, initial: true },
      user: { inode: 4_026_531_837, initial: true },
      network: { inode: 4_026_531_840, initial: true },
      ...changes.namespaces,
    },
    visibleProcesses: { total: 90, unrelated: 80 },
    procHidesOthers: false,
    cgroup2: [{ path: "/sys/fs/cgroup", writable: true }],
    cgroup2MountPoint: "/sys/fs/cgroup",
    ownCgroup: { path: "/sys/fs/cgroup/user.slice", writable: true },
    files: {
      libbpf: "/usr/lib/libbpf.so.1",
      kernelObject: "/opt/guard.x64.bpf.o",
      nft: "/usr/sbin/nft",
      ...changes.files,
    },
    surroundings: { container: [], virtualMachine: [] },
    ...changes.facts,
  };
}

/** Namespaces as a container of a pod has them; the process namespace may be the pod's. */
export const POD_NAMESPACES: MachineFacts["namespaces"] = {
  pid: { inode: 4_026_532_501, initial: false },
  user: { inode: 4_026_531_837, initial: true },
  network: { inode: 4_026_532_503, initial: false },
};

const kernel: MachineFacts["kernel"] = {
  release: "6.8.0",
  version: { major: 6, minor: 8 },
  btf: "readable",
  lockdown: "none",
  unprivilegedBpfDisabled: 2,
  perfEventParanoid: 4,
  ioUringDisabled: 0,
  unprivilegedPortStart: 1024,
};
