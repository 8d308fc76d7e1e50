/** The one place that knows jose: what a token says, and whether one of these keys has signed that. */
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from "jose";
import { z } from "zod";

import type { Refused } from "./verdict.ts";

export type { JSONWebKeySet };

export interface UnprovenToken {
  readonly issuer: string;
  readonly keyId: string;
  readonly payload: JWTPayload;
}

export interface WantedToken {
  readonly issuer: string;
  readonly audience: string;
  readonly algorithms: readonly string[];
}

export type ReadToken = { readonly status: "signed"; readonly payload: JWTPayload } | Refused;

const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** Between the clocks of whoever issues a token and the collector. */
const LEEWAY_SECONDS = 30;
/** GitHub has one or two at a time, a cluster some. */
const MAX_KEYS = 64;

const keySetSchema = z.object({
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string().exactOptional() })).max(MAX_KEYS),
});

/** As it says itself, which proves nothing. Undefined: it is none. */
export function readUnproven(token: string): UnprovenToken | undefined {
  if (!COMPACT.test(token)) return undefined;
  try {
    const { kid } = decodeProtectedHeader(token);
    const payload = decodeJwt(token);
    if (typeof payload.iss !== "string" || typeof kid !== "string") return undefined;
    return { issuer: payload.iss, keyId: kid, payload };
  } catch {
    return undefined;
  }
}

/** Throws where it is no set of keys. */
export function parseKeySet(json: unknown): JSONWebKeySet {
  return keySetSchema.parse(json);
}

export function hasKey({ keys }: JSONWebKeySet, keyId: string): boolean {
  return keys.some(({ kid }) => kid === keyId);
}

/** Its header says which key; which algorithms may be is said here, and never there. */
export async function readSigned(
  token: string,
  keys: JSONWebKeySet,
  { issuer, audience, algorithms }: WantedToken,
): Promise<ReadToken> {
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer,
      audience,
      algorithms: [...algorithms],
      clockTolerance: LEEWAY_SECONDS,
      requiredClaims: ["exp", "iat", "aud", "iss"],
    });
    const { iat = 0 } = payload;
    if (iat <= Date.now() / 1_000 + LEEWAY_SECONDS) return { status: "signed", payload };
    return { status: "refused", reason: "not-yet", message: "the token is of a time to come" };
  } catch (error) {
    return toRefusal(error);
  }
}

function toRefusal(error: unknown): Refused {
  const [reason, message] = explain(error);
  return { status: "refused", reason, message };
}

function explain(error: unknown): readonly [reason: Refused["reason"], message: string] {
  if (error instanceof errors.JWTExpired) return ["expired", "the token has expired"];
  if (error instanceof errors.JWTClaimValidationFailed) return explainClaim(error.claim);
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return ["algorithm", "the token is signed in a way that is not taken"];
  }
  if (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  ) {
    return ["unknown-key", "the token is signed with a key that its issuer does not show"];
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return ["signature", "the token is not what its issuer signed"];
  }
  return ["malformed", "the token cannot be read"];
}

function explainClaim(claim: string): readonly [reason: Refused["reason"], message: string] {
  switch (claim) {
    case "aud":
      return ["audience", "the token is for somebody else (aud)"];
    case "iss":
      return ["issuer", "the token is of an issuer that is not known here (iss)"];
    case "nbf":
    case "iat":
      return ["not-yet", "the token is of a time to come"];
    default:
      return ["malformed", `the token does not say what is needed (${claim})`];
  }
}
