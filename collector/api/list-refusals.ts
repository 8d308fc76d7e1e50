import type { ProblemCode } from "../../protocol/index.ts";
import type { Route } from "./route.ts";

/** All refusals that a route may answer with: its own, and those that come with what it takes. */
export function listRefusals(route: Route): ProblemCode[] {
  const { role, takesToken, isAudited, description, maxBodyBytes } = route;
  return [
    ...new Set<ProblemCode>([
      // At least a query that names what has no place there.
      "bad-request",
      ...(role === "anyone" ? [] : OF_TOKENS),
      ...(takesToken === true ? OF_TOKENS_THAT_MAY_BE : []),
      ...(maxBodyBytes > 0 ? OF_BODIES : []),
      ...(isAudited === true ? OF_AUDIT : []),
      ...description.refusals,
      ...OF_ALL,
    ]),
  ];
}

const OF_TOKENS = ["unauthorized", "forbidden", "too-fast"] as const;
const OF_TOKENS_THAT_MAY_BE = ["unauthorized", "too-fast"] as const;
const OF_BODIES = ["too-large", "too-fast"] as const;
const OF_AUDIT = ["storage-failed", "too-fast"] as const;
const OF_ALL = ["internal", "shutting-down"] as const;
