/** By number, as include/uapi/linux/capability.h lists them up to Linux 6.18, without the prefix `CAP_`. */
const CAPABILITY_NAMES = [
  "CHOWN",
  "DAC_OVERRIDE",
  "DAC_READ_SEARCH",
  "FOWNER",
  "FSETID",
  "KILL",
  "SETGID",
  "SETUID",
  "SETPCAP",
  "LINUX_IMMUTABLE",
  "NET_BIND_SERVICE",
  "NET_BROADCAST",
  "NET_ADMIN",
  "NET_RAW",
  "IPC_LOCK",
  "IPC_OWNER",
  "SYS_MODULE",
  "SYS_RAWIO",
  "SYS_CHROOT",
  "SYS_PTRACE",
  "SYS_PACCT",
  "SYS_ADMIN",
  "SYS_BOOT",
  "SYS_NICE",
  "SYS_RESOURCE",
  "SYS_TIME",
  "SYS_TTY_CONFIG",
  "MKNOD",
  "LEASE",
  "AUDIT_WRITE",
  "AUDIT_CONTROL",
  "SETFCAP",
  "MAC_OVERRIDE",
  "MAC_ADMIN",
  "SYSLOG",
  "WAKE_ALARM",
  "BLOCK_SUSPEND",
  "AUDIT_READ",
  "PERFMON",
  "BPF",
  "CHECKPOINT_RESTORE",
] as const;

/** The kernel's sets are 64 bits wide. */
const SET_BITS = 64;

export interface CapabilitySets {
  readonly effective: readonly string[];
  /** What the process or a program that it starts may still be given; outside of it nothing helps but a new container. */
  readonly bounding: readonly string[];
  readonly ambient: readonly string[];
}

/** Reads /proc/PID/status. A set that is not there is empty: what cannot be shown to be granted is not relied on. */
export function parseCapabilitySets(status: string): CapabilitySets {
  return {
    effective: parseSet(status, "CapEff"),
    bounding: parseSet(status, "CapBnd"),
    ambient: parseSet(status, "CapAmb"),
  };
}

/** CAP_SYS_ADMIN still grants what CAP_BPF and CAP_PERFMON were carved out of (Linux 5.8, capability.h). */
export function grants(set: readonly string[], name: string): boolean {
  if (set.includes(name)) return true;
  return (name === "BPF" || name === "PERFMON") && set.includes("SYS_ADMIN");
}

function parseSet(status: string, field: string): string[] {
  const digits = new RegExp(`^${field}:\\s*([0-9a-f]{1,16})$`, "m").exec(status)?.[1];
  if (digits === undefined) return [];
  const bits = BigInt(`0x${digits}`);
  const names: string[] = [];
  for (let bit = 0; bit < SET_BITS; bit++) {
    if ((bits >> BigInt(bit)) & 1n) names.push(CAPABILITY_NAMES[bit] ?? `capability ${bit}`);
  }
  return names;
}
