/** Where to read the sockets of a set of processes, which may live in several network namespaces. */
import { readLink } from "./proc-file.ts";
import type { TrackedProcess } from "./process-tracker.ts";

export interface NetworkNamespaces {
  /** One directory of tables for each namespace in use. */
  readonly directories: readonly string[];
  /** Namespaces beyond the bound. */
  readonly omitted: number;
}

/** The guard's own namespace comes first, and stands for processes whose namespace we may not see. */
export function findNetworkNamespaces(
  root: string,
  processes: readonly TrackedProcess[],
  maxNamespaces: number,
): NetworkNamespaces {
  const link = readLink(`${root}/self/ns/net`);
  const own = link.status === "read" ? link.target : undefined;
  const directories = new Map<string | undefined, string>();
  for (const { ref, networkNamespace = own } of processes) {
    if (directories.has(networkNamespace)) continue;
    const isOwn = networkNamespace === own;
    directories.set(networkNamespace, isOwn ? `${root}/net` : `${root}/${ref.pid}/net`);
  }
  const all = [...directories.values()].toSorted((a, b) => a.length - b.length);
  return {
    directories: all.slice(0, maxNamespaces),
    omitted: Math.max(0, all.length - maxNamespaces),
  };
}
