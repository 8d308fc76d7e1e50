import { standingPolicySchema } from "../../../protocol/index.ts";
import type { StandingPolicies } from "../../policies/standing-policies.ts";
import { defineRoute } from "../define-route.ts";
import { readPolicyName } from "../read-policy-name.ts";
import type { Route } from "../route.ts";

export function createDeletePolicyRoute(policies: Pick<StandingPolicies, "remove">): Route {
  return defineRoute({
    method: "DELETE",
    path: "/v1/policies/{name}",
    role: "admin",
    isAudited: true,
    summary: "Take a policy back. Runs that were told of it keep to it.",
    parameters: { name: "The policy" },
    query: {},
    answers: { 200: "The policy that is no more" },
    json: { name: "Policy", schema: standingPolicySchema },
    refusals: ["bad-request", "not-found", "storage-failed"],
    answer: async ({ caller, parameters }) => ({
      status: 200,
      json: await policies.remove(readPolicyName(caller, parameters)),
    }),
  });
}
