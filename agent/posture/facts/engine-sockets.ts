import { constants, type Stats, statSync } from "node:fs";

import { type PosturePlaces, within } from "../posture-places.ts";
import { isAccessible } from "../read-bounded.ts";

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
    const place = within(places, path);
    const stats = isAccessible(place, constants.W_OK) ? statOf(place) : undefined;
    if (stats?.isSocket() !== true) return false;
    // /var/run is a link to /run on most machines.
    const key = `${stats.dev}:${stats.ino}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
