import { posix } from "node:path";

import type {
  MemoryAccessMethod,
  MemoryAccessObservation,
  Microseconds,
  PrivilegedObservation,
  PrivilegedOperation,
} from "../../observation.ts";
import { signalName } from "./decode-process.ts";
import type { RecordView } from "./record-view.ts";

const MEMORY_PATH_OFFSET = 48;
const PRIVILEGED_PATH_OFFSET = 56;

/** `enum memory_method` of bpf/records.h; 1 is a file in /proc. */
const MEMORY_METHODS: Readonly<Record<number, MemoryAccessMethod>> = {
  2: "ptrace",
  3: "process-vm-readv",
  4: "process-vm-writev",
  5: "pidfd-getfd",
};

const PROC_PATH = /^\/proc\/(?<pid>\d+|self|thread-self)\/(?:task\/\d+\/)?(?<file>[a-z_]+)/;
const PROC_METHODS: Readonly<Record<string, MemoryAccessMethod>> = {
  mem: "proc-mem",
  maps: "proc-maps",
  smaps: "proc-maps",
  smaps_rollup: "proc-maps",
  environ: "proc-environ",
  map_files: "proc-map-files",
};

export function decodeMemory(
  view: RecordView,
  at: Microseconds,
): MemoryAccessObservation | undefined {
  const path = view.text(MEMORY_PATH_OFFSET, view.u16(44));
  const proc = path === "" ? undefined : readProcPath(path);
  const method = path === "" ? MEMORY_METHODS[view.u32(36)] : proc?.method;
  if (method === undefined) return undefined;
  const targetStart = view.u64(24);
  const targetPid = view.u32(32) || (proc?.pid ?? 0);
  if (targetPid === view.process.pid) return undefined;
  return {
    kind: "memory-access",
    at,
    process: view.process,
    method,
    targetPid,
    ...(targetStart === 0 ? {} : { target: { pid: targetPid, startTicks: targetStart } }),
    succeeded: view.i32(40) === 0,
    ...view.killed,
  };
}

/**
 * The kernel gives the path of an open file from its own root, wherever procfs is mounted; a refused one comes as it was
 * asked for, `/proc/self/../1/mem` perhaps. A process that is refused its own files has lost nothing.
 */
function readProcPath(path: string): { pid: number; method: MemoryAccessMethod } | undefined {
  const { pid, file } = PROC_PATH.exec(posix.normalize(path))?.groups ?? {};
  const method = PROC_METHODS[file ?? lastPart(path)];
  if (method === undefined || pid === "self" || pid === "thread-self") return undefined;
  return { pid: Number(pid ?? 0), method };
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** `enum privileged_operation` of bpf/records.h. */
const OPERATIONS: Readonly<Record<number, PrivilegedOperation>> = {
  1: "setns",
  2: "unshare",
  3: "mount",
  4: "unmount",
  5: "pivot-root",
  6: "chroot",
  7: "module-load",
  8: "bpf",
  9: "raw-socket",
  10: "packet-socket",
  11: "signal-guard",
  12: "socket-outside-cgroup",
  13: "tunnel-device",
  14: "netfilter-socket",
};

export function decodePrivileged(
  view: RecordView,
  at: Microseconds,
): PrivilegedObservation | undefined {
  const operation = OPERATIONS[view.u32(40)];
  if (operation === undefined) return undefined;
  return {
    kind: "privileged",
    at,
    process: view.process,
    operation,
    detail: describe(operation, view),
    succeeded: view.i32(44) >= 0,
    ...view.killed,
  };
}

/** include/uapi/linux/sched.h */
const NAMESPACES: readonly (readonly [number, string])[] = [
  [0x0002_0000, "mount"],
  [0x0200_0000, "cgroup"],
  [0x0400_0000, "uts"],
  [0x0800_0000, "ipc"],
  [0x1000_0000, "user"],
  [0x2000_0000, "pid"],
  [0x4000_0000, "network"],
  [0x0000_0080, "time"],
];

function describe(operation: PrivilegedOperation, view: RecordView): string {
  const argument = view.u32(24);
  switch (operation) {
    case "setns":
    case "unshare": {
      const names = NAMESPACES.filter(([flag]) => (argument & flag) !== 0).map(([, name]) => name);
      return names.length === 0
        ? ""
        : `${names.join(", ")} namespace${names.length > 1 ? "s" : ""}`;
    }
    case "mount":
    case "unmount":
    case "pivot-root":
    case "chroot":
      return view.text(PRIVILEGED_PATH_OFFSET, view.u16(48));
    case "raw-socket":
      return describeSocket(argument, view);
    case "socket-outside-cgroup":
      return describeSocketOutside(argument, view);
    case "packet-socket":
      return describePacketSocket(argument, view);
    case "signal-guard":
      return signalName(argument);
    case "bpf":
      return `command ${argument}`;
    case "module-load":
    case "tunnel-device":
    case "netfilter-socket":
      break;
  }
  return "";
}

/** Addresses that are no internet addresses: frames, the virtual machine's host, other networks. */
const PACKET_FAMILIES: Readonly<Record<number, string>> = {
  17: "AF_PACKET",
  21: "AF_RDS",
  24: "AF_PPPOX",
  30: "AF_TIPC",
  31: "AF_BLUETOOTH",
  33: "AF_RXRPC",
  40: "AF_VSOCK",
  43: "AF_SMC",
  44: "AF_XDP",
};
const SOCKET_TYPES: Readonly<Record<number, string>> = {
  1: "SOCK_STREAM",
  2: "SOCK_DGRAM",
  3: "SOCK_RAW",
  5: "SOCK_SEQPACKET",
};

function describePacketSocket(family: number, view: RecordView): string {
  const name = PACKET_FAMILIES[family] ?? `family ${family}`;
  const isStopped = view.u32(32) !== 0;
  return isStopped ? `${name}, and the guard killed the process` : name;
}

/** SOCKET_IN_OTHER_NETWORK of bpf/records.h: the cgroup may be the right one, the packet filter's tables are not there. */
function describeSocketOutside(family: number, view: RecordView): string {
  const socket = describeSocket(family, view);
  return view.u32(28) === 0 ? socket : `${socket} in another network namespace`;
}

/** A raw one that the kernel refused has no more than its family. */
function describeSocket(family: number, view: RecordView): string {
  const name = family === 2 ? "AF_INET" : "AF_INET6";
  const type = view.u32(36);
  return type === 0
    ? `${name} SOCK_RAW`
    : `${name} ${SOCKET_TYPES[type] ?? `type ${type}`} protocol ${view.u32(32)}`;
}
