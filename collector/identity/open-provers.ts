/** Joins what looks at proofs, by what the operator says. */
import { fetchJson } from "./fetch-json.ts";
import { createGithubProver } from "./github-prover.ts";
import { type GithubSource, type IdentitySources, readAuthorities } from "./identity-file.ts";
import { parseKeySet } from "./json-web-token.ts";
import { createKeySet, type KeySet } from "./key-set.ts";
import type { Prover } from "./verdict.ts";

export interface ProverSurroundings {
  /** Milliseconds of a clock that does not jump. */
  readonly uptime: () => number;
  /** Somebody who vouches for agents cannot be asked. */
  readonly onTrouble: (issuer: string, error: unknown) => void;
}

/** An issuer at the other end of the world; an agent waits 30 s for its run. */
const TIMEOUT_MS = 5_000;
/** GitHub's have 5 KB. */
const MAX_KEY_SET_BYTES = 262_144;

/** Throws `usage`. */
export function openProvers(
  { github }: IdentitySources,
  surroundings: ProverSurroundings,
): readonly Prover[] {
  return github.map((source) => openGithub(source, surroundings));
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
