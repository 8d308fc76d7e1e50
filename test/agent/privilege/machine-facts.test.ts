import { expect, test } from "vitest";

import { AgentError } from "../../../agent/errors.ts";
import { readMachineFacts } from "../../../agent/privilege/machine-facts.ts";
import { toPlaces } from "../../../agent/privilege/places.ts";
import { createMachineTree, elfHeader, statText, statusText } from "./machine-tree.ts";

test("reads a virtual machine as root sees it", () => {
  using machine = createMachineTree();

  expect(readMachineFacts(machine.places)).toMatchObject({
    architecture: "x64",
    kernel: {
      release: "6.8.0-45-generic",
      version: { major: 6, minor: 8 },
      btf: "readable",
      lockdown: "integrity",
      unprivilegedBpfDisabled: 2,
      perfEventParanoid: 4,
      ioUringDisabled: 0,
      unprivilegedPortStart: 1024,
    },
    process: { pid: 100, userId: 0, noNewPrivileges: false, seccomp: "off", memlockBytes: 8388608 },
    namespaces: {
      pid: { inode: 4026531836, initial: true },
      user: { inode: 4026531837, initial: true },
      network: { inode: 4026531840, initial: true },
    },
    procHidesOthers: false,
    cgroup2: [{ path: "/sys/fs/cgroup", writable: true }],
    cgroup2MountPoint: "/sys/fs/cgroup",
    ownCgroup: { path: "/sys/fs/cgroup/system.slice", writable: true },
    files: { libbpf: "/usr/lib/x86_64-linux-gnu/libbpf.so.1", nft: "/usr/sbin/nft" },
    surroundings: { container: [], virtualMachine: ["the processor reports a hypervisor"] },
  });
});

test("a pod's namespaces are told from the machine's own", () => {
  using machine = createMachineTree();
  machine.link("proc/self/ns/pid", "pid:[4026532501]");
  machine.link("proc/self/ns/user", "user:[4026532502]");
  machine.remove("proc/sys/net/core");

  expect(readMachineFacts(machine.places).namespaces).toEqual({
    pid: { inode: 4026532501, initial: false },
    user: { inode: 4026532502, initial: false },
    network: { inode: 4026531840, initial: false },
  });
});

test("a kernel file that is missing is unknown, and not taken for a permission", () => {
  using machine = createMachineTree();
  for (const path of ["proc/sys/kernel", "proc/sys/net", "sys", "proc/self/ns"]) {
    machine.remove(path);
  }
  const { kernel, namespaces } = readMachineFacts(machine.places);

  expect(kernel).toEqual({
    release: "",
    version: null,
    btf: "missing",
    lockdown: null,
    unprivilegedBpfDisabled: null,
    perfEventParanoid: null,
    ioUringDisabled: null,
    unprivilegedPortStart: null,
  });
  expect(namespaces.pid).toEqual({ inode: null, initial: false });
});

test("processes are unrelated when neither is the other's ancestor, whatever they call themselves", () => {
  using machine = createMachineTree();
  machine.put("proc/101/stat", statText(101, "child", 100));
  machine.put("proc/102/stat", statText(102, "grandchild", 101));
  machine.put("proc/61/stat", statText(61, "evil) S 100 (", 60));

  expect(readMachineFacts(machine.places).visibleProcesses).toEqual({ total: 7, unrelated: 2 });
});

test("parents that go round in a circle end the walk", () => {
  using machine = createMachineTree();
  machine.put("proc/60/stat", statText(60, "a", 61));
  machine.put("proc/61/stat", statText(61, "b", 60));

  expect(readMachineFacts(machine.places).visibleProcesses.unrelated).toBe(2);
});

test.each([
  ["rw,hidepid=2", "0000000000000000", true],
  ["rw,hidepid=invisible", "0000000000000000", true],
  ["rw,hidepid=ptraceable", "0000000000000000", true],
  ["rw,hidepid=2", "0000000000080000", false],
  ["rw,hidepid=0", "0000000000000000", false],
  ["rw,hidepid=off", "0000000000000000", false],
  ["rw", "0000000000000000", false],
])("proc mounted %s hides others from capabilities %s: %s", (options, effective, expected) => {
  using machine = createMachineTree();
  machine.put("proc/self/mountinfo", `22 27 0:21 / /proc rw - proc proc ${options}\n`);
  machine.put("proc/self/status", statusText({ uid: 1000, effective }));

  expect(readMachineFacts(machine.places).procHidesOthers).toBe(expected);
});

test.each([
  ["beside version 1", "sys/fs/cgroup/memory/tasks", "/sys/fs/cgroup/memory rw - cgroup", null],
  [
    "in the directory beside version 1",
    "sys/fs/cgroup/unified/x",
    "/sys/fs/cgroup/memory rw - cgroup",
    "/sys/fs/cgroup/unified",
  ],
  ["on its own", "sys/fs/cgroup/x", "/mnt rw - tmpfs", "/sys/fs/cgroup"],
])("finds where a missing cgroup2 tree could be mounted: %s", (_, file, mount, expected) => {
  using machine = createMachineTree();
  machine.put("proc/self/mountinfo", `31 23 0:28 / ${mount} none rw\n`);
  machine.put(file, "");

  expect(readMachineFacts(machine.places)).toMatchObject({
    cgroup2: [],
    cgroup2MountPoint: expected,
  });
});

test("finds the cgroup2 tree of a machine that runs version 1 beside it", () => {
  using machine = createMachineTree();
  machine.put(
    "proc/self/mountinfo",
    "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
  );

  expect(readMachineFacts(machine.places).cgroup2).toEqual([
    { path: "/sys/fs/cgroup/unified", writable: false },
  ]);
});

test.each([
  ["0::/system.slice/runner.service", "/sys/fs/cgroup/system.slice/runner.service"],
  ["0::/", "/sys/fs/cgroup"],
  ["2:cpu:/a\n0::/system.slice (deleted)", "/sys/fs/cgroup/system.slice"],
  ["0::/../other", undefined],
  ["0::/gone", undefined],
  ["2:cpu:/a", undefined],
])("the guard's own cgroup of %j is %s", (text, expected) => {
  using machine = createMachineTree();
  machine.put("sys/fs/cgroup/system.slice/runner.service/cgroup.procs", "");
  machine.put("proc/self/cgroup", `${text}\n`);

  expect(readMachineFacts(machine.places).ownCgroup?.path).toBe(expected);
});

test("a library of another architecture is passed over, and one that only ld.so.cache knows is found", () => {
  using machine = createMachineTree();
  machine.put("usr/lib/x86_64-linux-gnu/libbpf.so.1", elfHeader(183));
  machine.put("opt/bpf/libbpf.so.1", elfHeader(62));
  machine.put(
    "etc/ld.so.cache",
    "glibc-ld.so.cache1.1\0\0\x07libbpf.so.1\0/opt/bpf/libbpf.so.1\0libc.so.6\0/lib/libc.so.6\0",
  );

  expect(readMachineFacts(machine.places).files.libbpf).toBe("/opt/bpf/libbpf.so.1");
});

test("the bare name of a development package will do where there is no libbpf.so.1", () => {
  using machine = createMachineTree();
  machine.remove("usr/lib/x86_64-linux-gnu/libbpf.so.1");
  machine.put("usr/lib64/libbpf.so", elfHeader(62));

  expect(readMachineFacts(machine.places).files.libbpf).toBe("/usr/lib64/libbpf.so");
});

test("an empty library, an nft that cannot be executed and a directory of that name are not found", () => {
  using machine = createMachineTree();
  machine.put("usr/lib/x86_64-linux-gnu/libbpf.so.1", "");
  machine.put("usr/sbin/nft", "", 0o644);
  machine.put("usr/bin/nft/readme", "");
  machine.remove("objects/guard.x64.bpf.o");

  expect(readMachineFacts(machine.places).files).toEqual({
    libbpf: null,
    nft: null,
    kernelObject: null,
  });
});

test("marks of a container are hints", () => {
  using machine = createMachineTree();
  machine.put(".dockerenv", "");
  machine.put("var/run/secrets/kubernetes.io/serviceaccount/token", "");
  machine.put("proc/self/cgroup", "0::/kubepods.slice/kubepods-burstable.slice\n");

  expect(readMachineFacts(machine.places).surroundings.container).toEqual([
    "/.dockerenv exists",
    "a Kubernetes service account is mounted",
    "the cgroup path names kubepods",
  ]);
});

test("without /proc the refusal says what to mount", () => {
  using machine = createMachineTree();
  machine.remove("proc");

  expect(() => readMachineFacts(machine.places)).toThrow(AgentError);
  expect(() => readMachineFacts(machine.places)).toThrow(/mount proc at/);
});

test("programs are looked for where enforcement takes them from, and never in PATH", () => {
  const { programDirectories } = toPlaces();

  expect(programDirectories).toEqual(["/usr/sbin", "/sbin", "/usr/bin", "/bin"]);
});
