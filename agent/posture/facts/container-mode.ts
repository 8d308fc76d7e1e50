import type { PosturePlaces } from "../posture-places.ts";
import { readBounded, statOf } from "../read-bounded.ts";

const ENGINE = "dockerd";

/** How containers of the job's are made here. */
export type ContainerMode = "rootful" | "rootless" | "remote" | "kubernetes" | "none";

export function readContainerMode(places: PosturePlaces): ContainerMode {
  const { environment } = places;
  if (environment["ACTIONS_RUNNER_CONTAINER_HOOKS"]) return "kubernetes";
  const engine = findEngine(places);
  if (engine !== undefined) return engine;
  const host = environment["DOCKER_HOST"] ?? "";
  if (/\/run\/user\/\d+\//.test(host)) return "rootless";
  return host === "" ? "none" : "remote";
}

function findEngine(places: PosturePlaces): "rootful" | "rootless" | undefined {
  const folders = ["/run", "/var/run", places.environment["XDG_RUNTIME_DIR"]];
  const pid = folders
    .map((folder) => readBounded(places, `${folder}/docker.pid`)?.trim() ?? "")
    .find((text) => /^\d{1,9}$/.test(text));
  // The file of an engine that was killed stays.
  if (pid === undefined || readBounded(places, `proc/${pid}/comm`)?.trim() !== ENGINE) {
    return undefined;
  }
  // In a user namespace of its own it is root there alone; its map tells (user_namespaces(7)).
  const map = readBounded(places, `proc/${pid}/uid_map`)?.trim().split(/\s+/) ?? [];
  const isRoot = statOf(places, `proc/${pid}`)?.uid === 0;
  return isRoot && (map[1] === undefined || map[1] === "0") ? "rootful" : "rootless";
}
