/** Where container engines take orders: who can write there has what the engine has. */
import { type Stats, statSync } from "node:fs";
import { join } from "node:path";

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

export interface EngineSocket {
  readonly path: string;
  readonly userId: number;
  readonly groupId: number;
  readonly mode: number;
}

/** Each once, whatever names it has. */
export function findEngineSockets(root = "/"): readonly EngineSocket[] {
  const seen = new Set<string>();
  return [...SOCKETS, ...toUsersPaths(root)].flatMap((path) => {
    const stats = statOf(join(root, path));
    const key = `${stats?.dev}:${stats?.ino}`;
    if (stats?.isSocket() !== true || seen.has(key)) return [];
    seen.add(key);
    return [{ path, userId: stats.uid, groupId: stats.gid, mode: stats.mode }];
  });
}

function toUsersPaths(root: string): string[] {
  return listUsersFolders(root).flatMap((user) =>
    USERS_SOCKETS.map((name) => `/run/user/${user}/${name}`),
  );
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
