import { z } from "zod";

import { type PosturePlaces, within } from "../posture-places.ts";
import { isAccessible, readBounded } from "../read-bounded.ts";

const FOLDERS = [
  "var/run/secrets/kubernetes.io/serviceaccount",
  "run/secrets/kubernetes.io/serviceaccount",
];

/** Of a projected token (Kubernetes 1.21 and later) and of the older ones out of secrets. */
const claimsSchema = z.object({
  sub: z.string().optional(),
  exp: z.number().optional(),
});

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
  const folder = FOLDERS.find((path) => isAccessible(within(places, `${path}/token`)));
  if (folder === undefined) return undefined;
  const token = readBounded(within(places, `${folder}/token`));
  const claims = token === undefined ? undefined : readClaims(token);
  return {
    folder: `/${folder}`,
    isReadable: token !== undefined,
    subject: claims?.sub,
    isForever: claims !== undefined && claims.exp === undefined,
  };
}

/** The middle of the three parts of a JWT. Nobody checks its signature here: it only tells whose it is. */
function readClaims(token: string): z.infer<typeof claimsSchema> | undefined {
  const [, payload = ""] = token.split(".");
  try {
    const parsed = claimsSchema.safeParse(
      JSON.parse(Buffer.from(payload, "base64url").toString("utf8")),
    );
    return parsed.data;
  } catch {
    return undefined;
  }
}
