import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Settings that keep users from namespaces of their own, and what they hold then. */
const FORBIDDING = [
  { path: "proc/sys/user/max_user_namespaces", value: "0" },
  { path: "proc/sys/kernel/unprivileged_userns_clone", value: "0" },
  { path: "proc/sys/kernel/apparmor_restrict_unprivileged_userns", value: "1" },
];

/** What stays of containers where nobody's socket is open: those that a user makes alone. */
export function describeUserNamespaces(root = "/"): readonly string[] {
  const isForbidden = FORBIDDING.some(({ path, value }) => read(join(root, path)) === value);
  if (isForbidden) return [];
  return [
    "containers without an engine (rootless podman, buildah) stay possible where users may make namespaces, with the rights of the job's user and no others",
  ];
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1").trim();
  } catch {
    return undefined;
  }
}
