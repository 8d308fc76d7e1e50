import { constants } from "node:fs";
import { join } from "node:path";

import { readInstalledFiles } from "./installed-files.ts";
import type { InstalledFiles } from "./installed-files.ts";
import { readKernelFacts } from "./kernel-facts.ts";
import type { KernelFacts } from "./kernel-facts.ts";
import { parseMountInfo } from "./mounts.ts";
import type { Mount } from "./mounts.ts";
import { readNamespaces } from "./namespaces.ts";
import type { Namespaces } from "./namespaces.ts";
import { readOwnCgroup } from "./own-cgroup.ts";
import type { OwnCgroup } from "./own-cgroup.ts";
import { readOwnProcess } from "./own-process.ts";
import type { OwnProcess } from "./own-process.ts";
import type { Places } from "./places.ts";
import { isAccessible, readText } from "./read-text.ts";
import { readSurroundings } from "./surroundings.ts";
import type { Surroundings } from "./surroundings.ts";
import { readVisibleProcesses } from "./visible-processes.ts";
import type { VisibleProcesses } from "./visible-processes.ts";

interface CgroupMount {
  /** /sys/fs/cgroup, or /sys/fs/cgroup/unified on machines that still run version 1 beside it. */
  readonly path: string;
  readonly writable: boolean;
}

/** All that `decideLevel` goes by. */
export interface MachineFacts {
  readonly architecture: string;
  readonly kernel: KernelFacts;
  readonly process: OwnProcess;
  readonly namespaces: Namespaces;
  readonly visibleProcesses: VisibleProcesses;
  /** `hidepid` hides other users' processes in /proc from us. */
  readonly procHidesOthers: boolean;
  readonly cgroup2: readonly CgroupMount[];
  /** Where one could be mounted that nft finds; null where sysfs has no such directory. */
  readonly cgroup2MountPoint: string | null;
  /** In the first of these trees. */
  readonly ownCgroup: OwnCgroup | null;
  readonly files: InstalledFiles;
  readonly surroundings: Surroundings;
}

/** Some tens of milliseconds of reading; a machine with more processes than this is told from fewer all the same. */
const MAX_PROCESSES = 20_000;

/** @throws AgentError where /proc cannot be read. */
export function readMachineFacts(places: Places): MachineFacts {
  const own = readOwnProcess(places);
  const mounts = parseMountInfo(readText(join(places.proc, "self/mountinfo")) ?? "");
  const cgroupTrees = mounts.filter((mount) => mount.type === "cgroup2");
  return {
    architecture: places.architecture,
    kernel: readKernelFacts(places),
    process: own,
    namespaces: readNamespaces(places),
    visibleProcesses: readVisibleProcesses(places, own.pid, MAX_PROCESSES),
    procHidesOthers: hidesOthers(
      mounts.findLast(({ path, type }) => type === "proc" && path === "/proc"),
      own,
    ),
    cgroup2: cgroupTrees.map(({ path }) => ({
      path,
      writable: isAccessible(join(places.root, path), constants.W_OK),
    })),
    cgroup2MountPoint: findMountPoint(places, mounts),
    ownCgroup: readOwnCgroup(places, cgroupTrees[0]?.path),
    files: readInstalledFiles(places),
    surroundings: readSurroundings(places),
  };
}

const CGROUP_ROOT = "/sys/fs/cgroup";

/** Beside version 1 it has a directory of its own, or would hide those trees: then one has to be made. */
function findMountPoint(places: Places, mounts: readonly Mount[]): string | null {
  const unified = `${CGROUP_ROOT}/unified`;
  if (isAccessible(join(places.root, unified), constants.F_OK)) return unified;
  const hasVersion1 = mounts.some(
    ({ type, path }) => type === "cgroup" && path.startsWith(`${CGROUP_ROOT}/`),
  );
  const isThere = isAccessible(join(places.root, CGROUP_ROOT), constants.F_OK);
  return isThere && !hasVersion1 ? CGROUP_ROOT : null;
}

const HIDEPID = "hidepid=";

/** Every value but 0 hides other users' processes, or what they hold; CAP_SYS_PTRACE sees through each (proc(5)). */
function hidesOthers(mount: Mount | undefined, own: OwnProcess): boolean {
  const option = mount?.options.find((one) => one.startsWith(HIDEPID));
  const value = option?.slice(HIDEPID.length);
  const hides = value !== undefined && value !== "0" && value !== "off";
  return hides && !own.capabilities.effective.includes("SYS_PTRACE");
}
