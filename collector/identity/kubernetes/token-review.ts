/** Tokens of pods, as the cluster's API server judges them: it knows, too, whether the pod is still there. */
import { z } from "zod";

import type { Cluster, TokenReview } from "../../kubernetes/cluster.ts";
import { describeTrouble } from "../../kubernetes/read-answer.ts";
import { readUnproven } from "../json-web-token.ts";
import type { Prover, Refused, Unavailable, Verdict } from "../verdict.ts";
import { judgePod, type Pod, type PodPolicy, podSchema } from "./pod.ts";

export interface TokenReviewOptions extends PodPolicy {
  readonly audience: string;
  readonly cluster: Pick<Cluster, "reviewToken">;
  /** Why it could not be asked. */
  readonly onTrouble: (error: unknown) => void;
}

/** At once; whoever comes beyond it is told to come again. */
const MAX_REVIEWS = 32;
const USER = /^system:serviceaccount:(?<namespace>[^:]+):(?<serviceAccount>[^:]+)$/;
/** https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/ */
const POD_NAME = "authentication.kubernetes.io/pod-name";
const POD_UID = "authentication.kubernetes.io/pod-uid";
const UNAVAILABLE: Unavailable = {
  status: "unavailable",
  message: "the cluster cannot be asked about the token",
};

export function createTokenReview(options: TokenReviewOptions): Prover {
  const { issuer, audience, cluster, onTrouble } = options;
  let asking = 0;
  const ask = async (token: string): Promise<TokenReview | undefined> => {
    asking += 1;
    const reviewed = await cluster.reviewToken(token, audience).finally(() => (asking -= 1));
    if (reviewed.status === "reviewed") return reviewed.review;
    onTrouble(new Error(describeTrouble(reviewed)));
    return undefined;
  };
  return {
    issuer,
    toClaimed: toClaimedPod,
    async prove(token) {
      // What can be seen without asking is not asked.
      const early = refuseEarly(token, audience);
      if (early !== undefined) return early;
      if (asking >= MAX_REVIEWS) return UNAVAILABLE;
      const review = await ask(token);
      if (review === undefined) return UNAVAILABLE;
      const verdict = judge(review, options);
      return verdict.status === "refused" ? { ...verdict, wasAsked: true } : verdict;
    },
  };
}

const claimSchema = z.object({ "kubernetes.io": z.object({ pod: z.object({ uid: z.string() }) }) });

function toClaimedPod(token: string): string {
  const claim = claimSchema.safeParse(readUnproven(token)?.payload).data;
  return claim?.["kubernetes.io"].pod.uid ?? "";
}

function refuseEarly(token: string, audience: string): Refused | undefined {
  const { aud, exp = 0 } = readUnproven(token)?.payload ?? {};
  if (![aud].flat().includes(audience)) return toForeign();
  if (exp > Date.now() / 1_000) return undefined;
  return { status: "refused", reason: "expired", message: "the token has expired" };
}

function judge({ isGood, audiences, user }: TokenReview, options: TokenReviewOptions): Verdict {
  if (!isGood) {
    const message = "the cluster says that the token is not good";
    return { status: "refused", reason: "signature", message };
  }
  // A server that knows of no audiences leaves them out, and has checked none.
  if (!audiences.includes(options.audience)) return toForeign();
  const pod: Partial<Pod> = {
    ...USER.exec(user.username)?.groups,
    name: user.extra[POD_NAME]?.[0] ?? "",
    uid: user.extra[POD_UID]?.[0] ?? "",
  };
  const { data, error } = podSchema.safeParse(pod);
  if (error === undefined) return judgePod(data, options);
  return { status: "refused", reason: "malformed", message: "the token is of no pod" };
}

function toForeign(): Refused {
  const message = "the token is for somebody else (aud)";
  return { status: "refused", reason: "audience", message };
}
