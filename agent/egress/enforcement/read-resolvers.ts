import { readFileSync } from "node:fs";
import { hostname } from "node:os";

import {
  type ConfiguredResolvers,
  type ResolverSources,
  toConfiguredResolvers,
} from "../dns/configured-resolvers.ts";
import { readProcNet } from "../proc-net.ts";

/** To be called before the job starts: one that is root can write what it likes into these files. */
export function readResolvers(
  scope: "command" | "namespace",
  {
    explicit,
    ownIps,
    isEnforcing,
  }: Pick<ResolverSources, "explicit" | "isEnforcing"> & { readonly ownIps: readonly string[] },
): ConfiguredResolvers {
  return toConfiguredResolvers({
    scope,
    isEnforcing,
    explicit,
    resolvConf: read("/etc/resolv.conf"),
    resolvedUpstreams: read("/run/systemd/resolve/resolv.conf"),
    udpTables: { udp: readProcNet("udp"), udp6: readProcNet("udp6") },
    ownIps,
    hostName: hostname(),
  });
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
