import { isIP } from "node:net";

/** Where the API of the cluster is that this pod runs in. */
export interface ClusterApi {
  readonly ip: string;
  readonly port: number;
}

const HTTPS_PORT = 443;

/** As Kubernetes tells every pod: kubernetes.io/docs, "Accessing the Kubernetes API from a Pod". */
export function toClusterApi(
  environment: Iterable<readonly [string, string | Uint8Array]>,
): ClusterApi | undefined {
  const variables = new Map(environment);
  const find = (name: string): string => Buffer.from(variables.get(name) ?? "").toString();
  const ip = find("KUBERNETES_SERVICE_HOST");
  if (isIP(ip) === 0) return undefined;
  const port = Number(find("KUBERNETES_SERVICE_PORT"));
  return { ip, port: Number.isInteger(port) && port > 0 ? port : HTTPS_PORT };
}
