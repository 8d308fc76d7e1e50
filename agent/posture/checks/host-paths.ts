import { type Check, failed, notApplicable, passed } from "../check.ts";
import { findMount, type MountEntry } from "../facts/mount-table.ts";
import { listed } from "../listed.ts";

const DISK_TYPES = new Set(["ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs"]);
/** Where engines and the kubelet keep what they make for one container alone. */
const MANAGED = [
  /\/pods\/[0-9a-f-]{36}\//,
  /\/docker\/(?:containers|volumes|overlay2|buildkit)\//,
  /\/containers\/storage\//,
  /\/containerd\//,
  /\/netns\//,
];
const SOCKETS = /\/(?:docker|containerd|crio|podman)\.sock$/;

function showsHost(mount: MountEntry, mounts: readonly MountEntry[]): boolean {
  if (SOCKETS.test(mount.path)) return true;
  if (!DISK_TYPES.has(mount.type) || mount.path === "/") return false;
  if (MANAGED.some((pattern) => pattern.test(mount.shows))) return false;
  // The whole of a volume of the container's own looks alike; the machine's disk is the one that the engine's files lie on.
  if (mount.shows === "/") {
    return mounts.some(
      ({ device, shows }) =>
        device === mount.device && MANAGED.some((pattern) => pattern.test(shows)),
    );
  }
  // A file system of its own that shows one of its directories again.
  return findMount(mounts, "/")?.device !== mount.device;
}

export const hostPaths: Check = {
  id: "host-paths",
  title: "Host paths in the container",
  severity: "high",
  why: "A directory of the machine that a job can write to outlives the job, and is a way to other jobs and to the machine.",
  mend: "Replace hostPath volumes and bind mounts by emptyDir or volumes of the job's own; mount what is only read as read-only",
  judge({ isContainer, mounts }) {
    if (!isContainer) return notApplicable("this is no container");
    const paths = mounts.filter((mount) => showsHost(mount, mounts)).map(({ path }) => path);
    return paths.length > 0
      ? failed(`parts of the machine's own file system are mounted at ${listed(paths)}`)
      : passed("nothing of the machine's own file system is mounted");
  },
};
