/** An API server that a test may do anything with: Kubernetes' own, or one that plays it. */
export interface KubernetesApi extends AsyncDisposable {
  readonly url: string;
  /** PEM. */
  readonly caFile: string;
  /** Of somebody who may do everything. */
  readonly adminToken: string;
}

/** For what its tokens are that are for itself. */
export const ISSUER = "https://kubernetes.default.svc";
