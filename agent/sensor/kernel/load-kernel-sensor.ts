/**
 * Has guard.bpf.o checked by the kernel, ready to be attached. What reads and decodes records is loaded later: the earlier
 * this begins, the earlier a command may start.
 */
import { closeSync, openSync, statSync } from "node:fs";

import type { Scope } from "../sensor.ts";
import { readCgroupId } from "./guarded-cgroup.ts";
import { countPossibleProcessors, readObjectFile } from "./kernel-files.ts";
import { type Kills, NO_KILLS, toStops } from "./kills.ts";
import { loadLibbpf } from "./libbpf.ts";
import { type LoadedPrograms, loadPrograms } from "./load-programs.ts";
import type { WatchedFile } from "./watched-files.ts";

export interface KernelSensorSettings {
  readonly scope: Scope;
  /** Environment variables whose values are kept at exec, by exact name. */
  readonly watchedEnvironment: readonly string[];
  /** Files whose opening for reading is told of. */
  readonly watchedFiles: readonly WatchedFile[];
  /** The mount point of the cgroup v2 tree, or null where there is none. */
  readonly cgroupRoot: string | null;
  /** Where the command's sockets have to be made: the directory of a cgroup that the packet filter judges. */
  readonly guardedCgroup: { readonly path: string } | null;
  /** Whether sockets outside of it are refused; they are told in any case. */
  readonly refuses: boolean;
  /** Whether a process of the command that makes a packet socket is killed. */
  readonly refusesPacketSockets: boolean;
  /** What processes of the job's are ended for. */
  readonly kills?: Kills;
}

/** Loaded, and sees nothing yet: to be started, or disposed of. */
export interface LoadedKernelSensor extends LoadedPrograms {
  readonly settings: KernelSensorSettings;
}

/** The kernel checks programs in another thread: whoever calls has time for something else. */
export async function loadKernelSensor(
  options: KernelSensorSettings,
): Promise<LoadedKernelSensor | { readonly unavailable: string }> {
  const objectFile = readObjectFile();
  if ("error" in objectFile) return { unavailable: objectFile.error };
  const libbpf = loadLibbpf();
  if ("error" in libbpf) return { unavailable: libbpf.error };
  const stops = toStops(options.kills ?? NO_KILLS);
  const cgroup = openCgroup(options.cgroupRoot);
  const closeCgroup = (): void => {
    if ("descriptor" in cgroup) closeSync(cgroup.descriptor);
  };
  const programs = await loadPrograms({
    libbpf,
    objectFile: objectFile.bytes,
    cgroup,
    processors: countPossibleProcessors(),
    settings: {
      scope: options.scope,
      guardPid: process.pid,
      guardNamespaceInode: statSync("/proc/self/ns/pid").ino,
      watchesFiles: options.watchedFiles.length > 0 || stops.fileOpeners,
      watchedEnvironment: options.watchedEnvironment,
      guardedCgroupId: options.guardedCgroup ? readCgroupId(options.guardedCgroup.path) : 0n,
      refuses: options.refuses,
      refusesPacketSockets: options.refusesPacketSockets,
      guardedNetworkInode: statSync("/proc/self/ns/net").ino,
      stops,
    },
  });
  if ("error" in programs) {
    closeCgroup();
    return { unavailable: programs.error };
  }
  return {
    settings: options,
    attach() {
      const atWork = programs.attach();
      closeCgroup();
      return atWork;
    },
    [Symbol.dispose]() {
      closeCgroup();
      programs[Symbol.dispose]();
    },
  };
}

function openCgroup(root: string | null): { descriptor: number } | { error: string } {
  if (root === null) return { error: "no cgroup v2 tree is mounted" };
  try {
    return { descriptor: openSync(root, "r") };
  } catch (error) {
    return { error: `cannot open ${root}: ${String(error)}` };
  }
}
