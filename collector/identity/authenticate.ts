/** Who asks: by a token of the operator's, by a run's own, or by what somebody else vouches for. */
import { RequestProblem } from "../errors.ts";
import { readUnproven } from "./json-web-token.ts";
import type { RunTokens } from "./run-tokens.ts";
import { type Caller, type Tokens, toTokenHash } from "./tokens.ts";
import type { AuthFailure, Proof, Prover } from "./verdict.ts";

/** Throws `unauthorized`, `too-fast` and `identity-unavailable`. */
export type Authenticate = (
  authorization: string | undefined,
  address: string,
) => Caller | Promise<Caller>;

export interface AuthenticateOptions {
  readonly tokens: Pick<Tokens, "find">;
  readonly runTokens: RunTokens;
  readonly provers: readonly Prover[];
  /** Of failures, by whence they come. Who is known is not held up by others at his address. */
  readonly failures: FailureLimit;
  /** Of tokens about which somebody was asked in vain, by whence they come and whose they say they are: nobody else can use it up for him. */
  readonly refusals: FailureLimit;
  readonly onFailure: (reason: AuthFailure) => void;
  /** Whose session was ended from here, though his token lives on. */
  readonly isRevoked: (proof: Proof) => boolean;
}

export interface FailureLimit {
  waitSeconds(name: string): number;
  take(name: string, amount: number): void;
}

/** Tokens of GitHub have some 2,000 letters, those of Kubernetes 1,000. */
const BEARER = /^Bearer ([\x21-\x7e]{1,8192})$/i;
const UNAVAILABLE_SECONDS = 5;

export function createAuthenticate(options: AuthenticateOptions): Authenticate {
  const { tokens, runTokens, failures, refusals, onFailure, isRevoked } = options;
  const provers = new Map(options.provers.map((prover) => [prover.issuer, prover]));

  return (authorization, address) => {
    const token = BEARER.exec(authorization ?? "")?.[1];
    if (token === undefined) return refuse(address, "missing", "a bearer token is needed");
    const ofRun = runTokens.find(token);
    if (ofRun === undefined) return refuse(address, "run-token", "this is no run's token");
    if (ofRun !== "foreign") return ofRun;
    return tokens.find(token) ?? prove(token, toSource(address));
  };

  function prove(token: string, source: string): Promise<Caller> {
    const unproven = provers.size === 0 ? undefined : readUnproven(token);
    if (unproven === undefined) {
      return refuse(source, "unknown-token", "a known bearer token is needed");
    }
    const prover = provers.get(unproven.issuer);
    if (prover === undefined) {
      return refuse(source, "issuer", "the token is of an issuer that is not known here (iss)");
    }
    return proveBy(prover, { token, keyId: unproven.keyId, source });
  }

  async function proveBy(
    prover: Prover,
    { token, keyId, source }: { token: string; keyId: string; source: string },
  ): Promise<Caller> {
    const claimed = prover.toClaimed?.(token);
    // As long as a hash, whatever was claimed.
    const claimant = toTokenHash(JSON.stringify([prover.issuer, source, claimed]));
    // Who has failed too often has nobody asked about him for a while.
    if (claimed !== undefined) checkLimit(refusals, claimant);
    const verdict = await prover.prove(token, keyId);
    if (verdict.status === "refused") {
      if (verdict.wasAsked === true) refusals.take(claimant, 1);
      return refuse(source, verdict.reason, verdict.message);
    }
    if (verdict.status === "unavailable") {
      onFailure("unavailable");
      throw new RequestProblem("identity-unavailable", verdict.message, {
        retryAfterSeconds: UNAVAILABLE_SECONDS,
      });
    }
    const { proof } = verdict;
    if (isRevoked(proof)) return refuse(source, "revoked", "the pod of this token was ended");
    return { tenant: proof.tenant, role: "agent", token: proof.identity.kind, proof };
  }

  function refuse(address: string, reason: AuthFailure, message: string): never {
    const source = toSource(address);
    onFailure(reason);
    checkLimit(failures, source);
    failures.take(source, 1);
    throw new RequestProblem("unauthorized", message);
  }
}

function checkLimit(limit: FailureLimit, name: string): void {
  const retryAfterSeconds = limit.waitSeconds(name);
  if (retryAfterSeconds === 0) return;
  const message = "too many tokens from this address were not good";
  throw new RequestProblem("too-fast", message, { retryAfterSeconds });
}

const MAPPED = /^::ffff:(?<ipv4>\d+\.\d+\.\d+\.\d+)$/i;
const NETWORK_GROUPS = 4;

/** One machine may have all addresses of a /64 of IPv6. */
function toSource(address: string): string {
  const { ipv4 } = MAPPED.exec(address)?.groups ?? {};
  if (ipv4 !== undefined) return ipv4;
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter((group) => group !== "");
  const after = tail === undefined ? [] : tail.split(":").filter((group) => group !== "");
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => "0");
  return [...groups, ...zeros, ...after].slice(0, NETWORK_GROUPS).join(":");
}
