import type { MachineFacts } from "./machine-facts.ts";
import type { Namespace } from "./namespaces.ts";

/** Each fact as a name and what was found, for reading. */
export function toFactLines(facts: MachineFacts): (readonly [string, string])[] {
  return [...kernelLines(facts), ...processLines(facts), ...placeLines(facts)];
}

function kernelLines({ architecture, kernel }: MachineFacts): [string, string][] {
  return [
    ["kernel", `${kernel.release || "unknown"}, ${architecture}`],
    ["kernel types (BTF)", kernel.btf],
    ["lockdown", kernel.lockdown ?? "cannot be told (securityfs is not mounted)"],
    ["unprivileged bpf()", describeBpf(kernel.unprivilegedBpfDisabled)],
    ["perf_event_paranoid", String(kernel.perfEventParanoid ?? "unknown")],
    ["io_uring", describeIoUring(kernel.ioUringDisabled)],
  ];
}

function processLines({
  process,
  visibleProcesses,
  procHidesOthers,
}: MachineFacts): [string, string][] {
  const { total, unrelated } = visibleProcesses;
  return [
    ["user", process.userId === 0 ? "root (uid 0)" : `uid ${process.userId}`],
    ["new privileges", process.noNewPrivileges ? "not allowed" : "allowed"],
    ["seccomp", process.seccomp],
    ["memlock limit", describeMemlock(process.memlockBytes)],
    ["visible processes", `${total}, of which ${unrelated} unrelated to this one`],
    ["hidepid", procHidesOthers ? "hides other users' processes" : "hides nothing"],
  ];
}

function placeLines({
  namespaces,
  cgroup2,
  ownCgroup,
  files,
  surroundings,
}: MachineFacts): [string, string][] {
  const mounts = cgroup2.map(({ path, writable }) => `${path}${writable ? "" : " (not writable)"}`);
  return [
    ["pid namespace", describeNamespace(namespaces.pid)],
    ["user namespace", describeNamespace(namespaces.user)],
    ["network namespace", describeNamespace(namespaces.network)],
    ["cgroup2", mounts.join(", ") || "not mounted"],
    ["own cgroup", describeOwnCgroup(ownCgroup)],
    ["libbpf", files.libbpf ?? "not found"],
    ["sensor program", files.kernelObject ?? "not built"],
    ["nft", files.nft ?? "not found"],
    ["container", surroundings.container.join("; ") || "no mark of one"],
    ["virtual machine", surroundings.virtualMachine.join("; ") || "no mark of one"],
  ];
}

function describeNamespace({ inode, initial }: Namespace): string {
  return `${inode ?? "unknown"}, ${initial ? "the machine's own" : "not the machine's own"}`;
}

function describeOwnCgroup(own: MachineFacts["ownCgroup"]): string {
  if (own === null) return "not in that tree";
  return `${own.path}${own.writable ? "" : " (not writable)"}`;
}

function describeBpf(disabled: number | null): string {
  if (disabled === null) return "unknown";
  return disabled === 0 ? "allowed" : "not allowed";
}

function describeIoUring(disabled: number | null): string {
  if (disabled === 1) return "for CAP_SYS_ADMIN and one group only";
  return disabled === 2 ? "switched off" : "allowed";
}

function describeMemlock(bytes: number | null): string {
  return bytes === null ? "none" : `${Math.floor(bytes / 1024)} KiB`;
}
