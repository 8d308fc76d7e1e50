import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import type { Places } from "../../../agent/privilege/places.ts";

export interface MachineTree extends Disposable {
  readonly places: Places;
  /** Writes a file of the tree, `path` as on a real machine, and gives it the mode. */
  readonly put: (path: string, content: string | Buffer, mode?: number) => void;
  readonly link: (path: string, target: string) => void;
  readonly remove: (path: string) => void;
}

const ALL_CAPABILITIES = "000001ffffffffff";

/** A virtual machine as root sees it, with all that the kernel sensor and nftables need. */
export function createMachineTree(): MachineTree {
  const root = mkdtempSync(join(tmpdir(), "runner-guard-machine-"));
  chmodSync(root, 0o755);
  const put = (path: string, content: string | Buffer, mode = 0o644): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    chmodSync(join(root, path), mode);
  };
  const link = (path: string, target: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    rmSync(join(root, path), { force: true });
    symlinkSync(target, join(root, path));
  };
  putOwnProcess(put, link);
  putKernel(put);
  put("usr/lib/x86_64-linux-gnu/libbpf.so.1", elfHeader(62));
  put("usr/sbin/nft", "#!/bin/true\n", 0o755);
  put("objects/guard.x64.bpf.o", "object");
  return {
    places: {
      proc: join(root, "proc"),
      sys: join(root, "sys"),
      root,
      kernelObjects: join(root, "objects"),
      programDirectories: ["/usr/sbin", "/usr/bin"],
      architecture: "x64",
    },
    put,
    link,
    remove: (path) => rmSync(join(root, path), { recursive: true }),
    [Symbol.dispose]: () => rmSync(root, { recursive: true }),
  };
}

export function statusText(fields: {
  readonly pid?: number;
  readonly uid?: number;
  readonly effective?: string;
  readonly bounding?: string;
}): string {
  const { pid = 100, uid = 0, effective = ALL_CAPABILITIES, bounding = ALL_CAPABILITIES } = fields;
  return [
    "Name:\tnode",
    `Pid:\t${pid}`,
    `Uid:\t${uid}\t${uid}\t${uid}\t${uid}`,
    "CapInh:\t0000000000000000",
    `CapPrm:\t${effective}`,
    `CapEff:\t${effective}`,
    `CapBnd:\t${bounding}`,
    "CapAmb:\t0000000000000000",
    "NoNewPrivs:\t0",
    "Seccomp:\t0",
    "",
  ].join("\n");
}

export function statText(pid: number, name: string, parent: number): string {
  return `${pid} (${name}) S ${parent} 1 1 0 -1 4194560 0 0\n`;
}

/** The first 20 bytes of a shared library for one `e_machine`. */
export function elfHeader(machine: number): Buffer {
  const header = Buffer.alloc(20);
  header.write("\x7fELF", "latin1");
  header.writeUInt16LE(machine, 18);
  return header;
}

function putOwnProcess(put: MachineTree["put"], link: MachineTree["link"]): void {
  put("proc/self/status", statusText({}));
  put("proc/self/limits", "Max locked memory         8388608              8388608    bytes\n");
  put(
    "proc/self/mountinfo",
    "22 27 0:21 / /proc rw,relatime - proc proc rw\n41 31 0:38 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
  );
  put("proc/self/cgroup", "0::/system.slice\n");
  put("sys/fs/cgroup/system.slice/cgroup.procs", "");
  put("proc/1/stat", statText(1, "systemd", 0));
  put("proc/50/stat", statText(50, "bash", 1));
  put("proc/60/stat", statText(60, "sshd", 1));
  put("proc/100/stat", statText(100, "node", 50));
  link("proc/self/ns/pid", "pid:[4026531836]");
  link("proc/self/ns/user", "user:[4026531837]");
  link("proc/self/ns/net", "net:[4026531840]");
}

function putKernel(put: MachineTree["put"]): void {
  put("proc/sys/kernel/osrelease", "6.8.0-45-generic\n");
  put("proc/sys/kernel/unprivileged_bpf_disabled", "2\n");
  put("proc/sys/kernel/perf_event_paranoid", "4\n");
  put("proc/sys/kernel/io_uring_disabled", "0\n");
  put("proc/sys/net/core/netdev_max_backlog", "1000\n");
  put("proc/sys/net/ipv4/ip_unprivileged_port_start", "1024\n");
  put("proc/cpuinfo", "flags\t\t: fpu vme hypervisor sse\n");
  put("sys/kernel/btf/vmlinux", "types");
  put("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
}
