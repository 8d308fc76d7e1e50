import { standingPolicySchema } from "../../../protocol/index.ts";
import type { StandingPolicies } from "../../policies/standing-policies.ts";
import { defineRoute } from "../define-route.ts";
import { readPolicyName } from "../read-policy-name.ts";
import type { Route } from "../route.ts";

export function createShowPolicyRoute(policies: Pick<StandingPolicies, "find">): Route {
  return defineRoute({
    method: "GET",
    path: "/v1/policies/{name}",
    role: "viewer",
    isAudited: true,
    summary: "One policy.",
    parameters: { name: "The policy" },
    query: {},
    answers: { 200: "The policy" },
    json: { name: "Policy", schema: standingPolicySchema },
    refusals: ["bad-request", "not-found", "storage-failed"],
    answer: ({ caller, parameters }) => ({
      status: 200,
      json: policies.find(readPolicyName(caller, parameters)),
    }),
  });
}
