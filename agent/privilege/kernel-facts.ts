import { constants, existsSync } from "node:fs";
import { join } from "node:path";

import { parseKernelRelease } from "./kernel-release.ts";
import type { KernelVersion } from "./kernel-release.ts";
import type { Places } from "./places.ts";
import { isAccessible, readNumber, readText } from "./read-text.ts";

export interface KernelFacts {
  readonly release: string;
  readonly version: KernelVersion | null;
  /** The kernel's own types, which the kernel sensor needs to find its way in kernel memory. */
  readonly btf: "readable" | "unreadable" | "missing";
  /** Null: securityfs is not mounted here, so it cannot be told. */
  readonly lockdown: string | null;
  /** 0: anyone may call bpf(); 1 and 2: it takes CAP_BPF. Without weight for who has it. */
  readonly unprivilegedBpfDisabled: number | null;
  /** Without weight for who has CAP_PERFMON. */
  readonly perfEventParanoid: number | null;
  /** 0: allowed, 1: for a group or CAP_SYS_ADMIN, 2: for nobody; null before Linux 6.6, where it is always allowed. */
  readonly ioUringDisabled: number | null;
  /** The lowest port that needs no CAP_NET_BIND_SERVICE in this network namespace. */
  readonly unprivilegedPortStart: number | null;
}

const DNS_PORT = 53;

/** False where it cannot be told. */
export function isDnsPortUnprivileged({ unprivilegedPortStart }: KernelFacts): boolean {
  return unprivilegedPortStart !== null && unprivilegedPortStart <= DNS_PORT;
}

export function readKernelFacts(places: Places): KernelFacts {
  const sysctl = (name: string): number | null => readNumber(join(places.proc, "sys", name));
  const release = readText(join(places.proc, "sys/kernel/osrelease"))?.trim() ?? "";
  return {
    release,
    version: parseKernelRelease(release),
    btf: readBtf(join(places.sys, "kernel/btf/vmlinux")),
    lockdown: readLockdown(join(places.sys, "kernel/security/lockdown")),
    unprivilegedBpfDisabled: sysctl("kernel/unprivileged_bpf_disabled"),
    perfEventParanoid: sysctl("kernel/perf_event_paranoid"),
    ioUringDisabled: sysctl("kernel/io_uring_disabled"),
    unprivilegedPortStart: sysctl("net/ipv4/ip_unprivileged_port_start"),
  };
}

function readBtf(path: string): KernelFacts["btf"] {
  if (isAccessible(path, constants.R_OK)) return "readable";
  return existsSync(path) ? "unreadable" : "missing";
}

/** The file lists every state, the one in force in brackets: `none [integrity] confidentiality`. */
function readLockdown(path: string): string | null {
  return /\[([a-z]+)\]/.exec(readText(path) ?? "")?.[1] ?? null;
}
