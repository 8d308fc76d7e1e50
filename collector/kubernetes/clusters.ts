/** The clusters that vouch for pods, by the issuer of their tokens. */
import { type ApiServer, type ApiServerOptions, createApiServer } from "./api-server.ts";
import type { Cluster } from "./cluster.ts";
import { createCluster } from "./create-cluster.ts";

export interface Clusters extends Disposable {
  /** Undefined: there is no such cluster. */
  find(issuer: string): Cluster | undefined;
}

export interface ClusterSource {
  readonly issuer: string;
  readonly apiServer: string;
  readonly caFile: string;
  readonly tokenFile: string;
}

/** Throws what `readAuthorities` throws. */
export function openClusters(
  sources: readonly ClusterSource[],
  options: Pick<ApiServerOptions, "readAuthorities" | "timeoutMs">,
): Clusters {
  const servers: ApiServer[] = [];
  const clusters = new Map<string, Cluster>();
  for (const { issuer, apiServer: address, caFile, tokenFile } of sources) {
    const server = createApiServer({ ...options, address, caFile, tokenFile });
    servers.push(server);
    clusters.set(issuer, createCluster(server));
  }
  return {
    find: (issuer) => clusters.get(issuer),
    [Symbol.dispose]() {
      for (const server of servers) server[Symbol.dispose]();
    },
  };
}
