import { constants } from "node:fs";

import type { PosturePlaces } from "../posture-places.ts";
import { isAccessible, statOf } from "../read-bounded.ts";

const SOCKETS = [
  "/var/run/docker.sock",
  "/run/docker.sock",
  "/run/containerd/containerd.sock",
  "/run/k3s/containerd/containerd.sock",
  "/run/crio/crio.sock",
  "/run/podman/podman.sock",
];

/** Sockets of container engines that this process may write to. */
export function findEngineSockets(places: PosturePlaces): readonly string[] {
  const seen = new Set<string>();
  return SOCKETS.filter((path) => {
    const stats = isAccessible(places, path, constants.W_OK) ? statOf(places, path) : undefined;
    if (stats?.isSocket() !== true) return false;
    // /var/run is a link to /run on most machines.
    const key = `${stats.dev}:${stats.ino}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}
