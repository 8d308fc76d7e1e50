/**
 * From /proc/PID/cgroup: the path in the v2 tree, or, where that tree is not in use, the first v1 path that says more
 * than "the root". Undefined when the file holds no line of the kind.
 */
export function parseCgroup(bytes: Buffer): string | undefined {
  const paths = bytes
    .toString("utf8")
    .split("\n")
    .map((line) => /^(\d+):[^:]*:(\/.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, hierarchy = "", path = ""]) => ({ isUnified: hierarchy === "0", path }));
  const unified = paths.find(({ isUnified }) => isUnified);
  const telling = [unified, ...paths].find((entry) => entry !== undefined && entry.path !== "/");
  return (telling ?? paths[0])?.path;
}
