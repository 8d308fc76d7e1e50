/** The clusters that vouch for pods, by the issuer of their tokens. */
import type { Cluster } from "./cluster.ts";

export interface Clusters extends Disposable {
  /** Undefined: no such cluster is known here. */
  find(issuer: string): Cluster | undefined;
}
