/** Joins what looks at proofs, by what the operator says. */
import type { RunIdentity } from "../../protocol/index.ts";
import { fetchJson } from "../fetch-json.ts";
import type { Cluster } from "../kubernetes/cluster.ts";
import type { Clusters } from "../kubernetes/clusters.ts";
import { readTokenFile } from "../kubernetes/read-token-file.ts";
import { createGithubProver } from "./github-prover.ts";
import {
  type GithubSource,
  type IdentitySources,
  type KubernetesSource,
  readAuthorities,
} from "./identity-file.ts";
import { parseKeySet } from "./json-web-token.ts";
import { createKeySet, type KeySet } from "./key-set.ts";
import { type FollowJob, followJob } from "./kubernetes/follow-job.ts";
import { createPodClaims } from "./kubernetes/pod-claims.ts";
import { createTokenReview } from "./kubernetes/token-review.ts";
import type { Prover } from "./verdict.ts";

export interface ProverSurroundings {
  /** All that the operator names. */
  readonly clusters: Pick<Clusters, "find">;
  /** Milliseconds of a clock that does not jump. */
  readonly uptime: () => number;
  /** Somebody who vouches for agents cannot be asked. */
  readonly onTrouble: (issuer: string, error: unknown) => void;
}

/** An issuer at the other end of the world; an agent waits 30 s for its run. */
const TIMEOUT_MS = 5_000;
/** GitHub's have 5 KB. */
const MAX_KEY_SET_BYTES = 262_144;

export interface Vouchers {
  readonly provers: readonly Prover[];
  /** Undefined: it is no pod's, or its cluster is not asked for jobs. */
  follow(identity: RunIdentity | null): FollowJob | undefined;
}

/** Throws `usage`. */
export function openVouchers(
  { github, kubernetes }: IdentitySources,
  surroundings: ProverSurroundings,
): Vouchers {
  const vouchers = kubernetes.map((source) => openCluster(source, surroundings));
  return {
    provers: [
      ...github.map((source) => openGithub(source, surroundings)),
      ...vouchers.map(({ prover }) => prover),
    ],
    follow(identity) {
      const cluster = vouchers.find(({ prover }) => prover.issuer === identity?.issuer)?.jobs;
      const { namespace, podName: name, podUid: uid } = identity?.facts ?? {};
      if (cluster === undefined || namespace === undefined) return undefined;
      return name === undefined || uid === undefined
        ? undefined
        : followJob(cluster, { namespace, name, uid });
    },
  };
}

interface PodVoucher {
  readonly prover: Prover;
  /** Undefined: its runners are not looked at. */
  readonly jobs: Cluster | undefined;
}

function openCluster(source: KubernetesSource, surroundings: ProverSurroundings): PodVoucher {
  const { issuer, apiServer: server, tokenFile } = source;
  const authorities = readAuthorities(source.caFile);
  const cluster = surroundings.clusters.find(issuer);
  if (cluster === undefined) throw new Error(`${issuer} is no cluster that was opened`);
  const hasJobs = source.jobs === "ephemeral-runners";
  const policy = { issuer, audience: source.audience, tenants: source.tenants, hasJobs };
  const url = new URL(source.keysUrl ?? "/openid/v1/jwks", server);
  // The collector's own token is for its cluster, and for nobody else who shows keys.
  const bearer =
    source.keysUrl === undefined ? { bearer: () => readTokenFile(tokenFile) } : undefined;
  const prover =
    source.verify === "keys"
      ? createPodClaims({
          ...policy,
          keys: openKeySet({ issuer, url, authorities, ...bearer }, surroundings),
        })
      : createTokenReview({
          ...policy,
          cluster,
          onTrouble: (error) => surroundings.onTrouble(issuer, error),
        });
  return { prover, jobs: hasJobs ? cluster : undefined };
}

function openGithub(source: GithubSource, surroundings: ProverSurroundings): Prover {
  const { issuer, audience, tenants, keysUrl = `${issuer}/.well-known/jwks`, caFile } = source;
  const authorities = caFile === undefined ? undefined : readAuthorities(caFile);
  return createGithubProver({
    issuer,
    audience,
    tenants: tenants === "by-owner" ? undefined : tenants,
    keys: openKeySet({ issuer, url: new URL(keysUrl), authorities }, surroundings),
  });
}

interface KeySource {
  readonly issuer: string;
  readonly url: URL;
  readonly authorities: string | undefined;
  readonly bearer?: () => string;
}

function openKeySet(
  { issuer, url, authorities, bearer }: KeySource,
  { uptime, onTrouble }: ProverSurroundings,
): KeySet {
  return createKeySet({
    uptime,
    onTrouble: (error) => onTrouble(issuer, error),
    async fetchKeys() {
      const bounds = { timeoutMs: TIMEOUT_MS, maxBytes: MAX_KEY_SET_BYTES };
      const { status, json } = await fetchJson({ url, authorities, bearer: bearer?.(), ...bounds });
      if (status !== 200) throw new Error(`${url.href} answers with status ${status}`);
      return parseKeySet(json);
    },
  });
}
