import { AgentError } from "../../errors.ts";
import { readNamespaces } from "../../privilege/namespaces.ts";
import { toPlaces } from "../../privilege/places.ts";
import type { Scope } from "../../sensor/sensor.ts";

type WatchScope = Exclude<Scope, { readonly type: "command" }>;

/** In a pid namespace that is not the machine's first, as in a container, the guard watches that; elsewhere everything. */
export function toWatchScope(choice: "pod" | "host" | undefined): WatchScope {
  const { pid } = readNamespaces(toPlaces());
  const type = choice ?? (pid.initial || pid.inode === null ? "host" : "pod");
  if (type === "host") return { type };
  if (pid.inode !== null) return { type, pidNamespaceInode: pid.inode };
  throw new AgentError(
    "requirement-unmet",
    "--scope pod: /proc does not tell which pid namespace this is; mount /proc, or give --scope host",
  );
}
