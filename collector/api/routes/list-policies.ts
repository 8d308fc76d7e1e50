import { standingPolicySchema } from "../../../protocol/index.ts";
import type { StandingPolicies } from "../../policies/standing-policies.ts";
import { defineRoute } from "../define-route.ts";
import { toPageSchema } from "../page.ts";
import type { Route } from "../route.ts";

/** There are few: one page has them all. */
export function createListPoliciesRoute(policies: Pick<StandingPolicies, "list">): Route {
  return defineRoute({
    method: "GET",
    path: "/v1/policies",
    role: "viewer",
    isAudited: true,
    summary: "What operators want of every run of a kind, by name.",
    query: {},
    answers: { 200: "All policies" },
    json: { name: "PolicyPage", schema: toPageSchema(standingPolicySchema) },
    refusals: ["storage-failed"],
    answer: ({ caller: { tenant } }) => ({
      status: 200,
      json: { items: policies.list(tenant), nextCursor: null },
    }),
  });
}
