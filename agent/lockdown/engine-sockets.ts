/** Where container engines take orders: who can write there has what the engine has. */
import { pinFile } from "./pinned-file.ts";
import type { Places } from "./places.ts";
import { AS_GOOD_AS_ROOT } from "./remarks.ts";
import { listUsersFolders } from "./users-folders.ts";

/** Those that machines of their own run as root, as their packages place them. */
const SOCKETS = [
  "/run/docker.sock",
  "/var/run/docker.sock",
  "/run/containerd/containerd.sock",
  "/run/containerd/containerd.sock.ttrpc",
  "/run/docker/containerd/containerd.sock",
  "/run/k3s/containerd/containerd.sock",
  "/run/k0s/containerd.sock",
  "/run/crio/crio.sock",
  "/run/podman/podman.sock",
  "/run/buildkit/buildkitd.sock",
  "/var/lib/lxd/unix.socket",
  "/var/snap/lxd/common/lxd/unix.socket",
  "/var/snap/lxd/common/lxd-user/unix.socket",
  "/var/lib/incus/unix.socket",
  "/run/incus/unix.socket",
];
/** Below /run/user/UID: of an engine that somebody runs for himself. */
const USERS_SOCKETS = ["docker.sock", "podman/podman.sock"];
const GROUP_OR_OTHERS_WRITE = 0o022;

export interface EngineSocket {
  readonly path: string;
  readonly userId: number;
  readonly groupId: number;
  readonly mode: number;
}

/** Each once, whatever names it has. */
export function findEngineSockets(places: Places): readonly EngineSocket[] {
  const seen = new Set<string>();
  return [...SOCKETS, ...toUsersPaths()].flatMap((path) => {
    using file = pinFile(places.openPlace(path));
    if (file?.stats.isSocket() !== true) return [];
    const { dev, ino, uid, gid, mode } = file.stats;
    const key = `${dev}:${ino}`;
    if (seen.has(key)) return [];
    seen.add(key);
    return [{ path, userId: uid, groupId: gid, mode }];
  });
}

/** Where containers are not taken from the job. */
export function describeUsableEngines(places: Places): readonly string[] {
  const isUsable = findEngineSockets(places).some(
    ({ mode }) => (mode & GROUP_OR_OTHERS_WRITE) !== 0,
  );
  return isUsable ? [AS_GOOD_AS_ROOT] : [];
}

function toUsersPaths(): string[] {
  return listUsersFolders().flatMap((user) =>
    USERS_SOCKETS.map((name) => `/run/user/${user}/${name}`),
  );
}
