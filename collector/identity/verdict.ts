/** What came of looking at a proof. */
import type { CiContext, RunIdentity } from "../../protocol/index.ts";

/** A few that we know: they are counted by. */
export const AUTH_FAILURES = [
  "missing",
  "unknown-token",
  "malformed",
  "issuer",
  "algorithm",
  "unknown-key",
  "signature",
  "expired",
  "not-yet",
  "audience",
  "tenant",
  "run-token",
  "replayed",
  "revoked",
  "unavailable",
] as const;
export type AuthFailure = (typeof AUTH_FAILURES)[number];

export interface Refused {
  readonly status: "refused";
  readonly reason: AuthFailure;
  /** A sentence for whoever presented it. Nothing of the token is repeated. */
  readonly message: string;
  /** Somebody else was asked to know that. */
  readonly wasAsked?: boolean;
}

/** Nobody knows at the moment: it may be asked again. */
export interface Unavailable {
  readonly status: "unavailable";
  readonly message: string;
}

/** Who it is that starts a run, whatever he says. */
export interface Proof {
  readonly tenant: string;
  readonly identity: Pick<RunIdentity, "kind" | "issuer" | "state" | "facts">;
  /** What was proven of it; null: nothing yet. */
  readonly ci: CiContext | null;
  /** Null: it may begin any number of runs. */
  readonly singleUse: SingleUse | null;
}

/** Of a proof that may begin one run alone. */
export interface SingleUse {
  /** SHA-256, hexadecimal. */
  readonly hash: string;
  /** Milliseconds since 1970: when nobody takes it any more. */
  readonly until: number;
}

export type Verdict = { readonly status: "proven"; readonly proof: Proof } | Refused | Unavailable;

/** Looks at tokens of one issuer. */
export interface Prover {
  readonly issuer: string;
  /** There where somebody else is asked about each token: for whom it says that it is. */
  readonly toClaimed?: (token: string) => string;
  prove(token: string, keyId: string): Promise<Verdict>;
}
