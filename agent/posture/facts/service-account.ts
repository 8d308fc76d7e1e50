import { parseMembers } from "../parse-members.ts";
import type { PosturePlaces } from "../posture-places.ts";
import { isAccessible, readBounded } from "../read-bounded.ts";

const FOLDERS = [
  "var/run/secrets/kubernetes.io/serviceaccount",
  "run/secrets/kubernetes.io/serviceaccount",
];

/** A ServiceAccount token that lies where the job can read it. Nothing of the token itself is kept. */
export interface ServiceAccount {
  readonly folder: string;
  readonly isReadable: boolean;
  /** `system:serviceaccount:NAMESPACE:NAME`. */
  readonly subject: string | undefined;
  /** It does not run out by itself. */
  readonly isForever: boolean;
}

export function readServiceAccount(places: PosturePlaces): ServiceAccount | undefined {
  const folder = FOLDERS.find((path) => isAccessible(places, `${path}/token`));
  if (folder === undefined) return undefined;
  const token = readBounded(places, `${folder}/token`);
  const claims = token === undefined ? undefined : readClaims(token);
  return {
    folder: `/${folder}`,
    isReadable: token !== undefined,
    subject: claims?.subject,
    isForever: claims !== undefined && claims.expiry === undefined,
  };
}

/**
 * The middle of the three parts of a JWT: of a projected token (Kubernetes 1.21 and later), or an older one out of a secret.
 * Nobody checks its signature here: it only tells whose it is.
 */
function readClaims(token: string) {
  const [, payload = ""] = token.split(".");
  const claims = parseMembers(Buffer.from(payload, "base64url").toString("utf8"));
  const subject = claims?.get("sub");
  const expiry = claims?.get("exp");
  const isSubject = subject === undefined || typeof subject === "string";
  const isExpiry = expiry === undefined || typeof expiry === "number";
  return claims && isSubject && isExpiry ? { subject, expiry } : undefined;
}
