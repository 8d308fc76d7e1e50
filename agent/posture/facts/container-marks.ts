import type { PosturePlaces } from "../posture-places.ts";
import { isAccessible, readBounded } from "../read-bounded.ts";

const MARKS = [
  ".dockerenv",
  "run/.containerenv",
  "run/secrets/kubernetes.io",
  "var/run/secrets/kubernetes.io",
];
const MANAGERS = /kubepods|docker|libpod|containerd|lxc|actions_job/;

/** Whether this is a container or pod, by the marks that these leave. */
export function isInContainer(places: PosturePlaces): boolean {
  if (MARKS.some((mark) => isAccessible(places, mark))) return true;
  if (places.environment["KUBERNETES_SERVICE_HOST"] !== undefined) return true;
  return MANAGERS.test(readBounded(places, "proc/self/cgroup") ?? "");
}
