import { z } from "zod";

import {
  effectiveModeSchema,
  egressInForceSchema,
  enforcementModeSchema,
} from "../../../protocol/index.ts";
import type { FindPolicyInForce } from "../../detection/policy-in-force.ts";
import { defineRoute } from "../define-route.ts";
import type { Route } from "../route.ts";
import { toTime } from "../to-time.ts";

const MAX_TEXT_LENGTH = 1_024;

export const policyInForceSchema = z.object({
  runId: z.uuid().describe("The run whose guard said it."),
  startedAt: z.iso.datetime(),
  ref: z.string().nullable().describe("Of that run: a branch may have a policy of its own."),
  isProven: z.boolean().describe("False: that it is a run of this job is its agent's word."),
  mode: z
    .object({ requested: enforcementModeSchema, effective: effectiveModeSchema })
    .describe("As the guard began, as are the lists."),
  egress: egressInForceSchema.describe(
    "The first 500 entries of each list, with how many there are besides. unrestricted: the policy said nothing of egress.",
  ),
});

const text = z.string().min(1).max(MAX_TEXT_LENGTH);

/** Before `/v1/policies/{name}`, which would take it for a name. */
export function createShowPolicyInForceRoute(find: FindPolicyInForce): Route {
  return defineRoute({
    method: "GET",
    path: "/v1/policies/in-force",
    role: "viewer",
    isAudited: true,
    summary:
      "The egress policy that a job's newest run began with whose guard said it: proven runs first, and those that may teach.",
    query: {
      repository: text.describe("Such as acme/app, in whichever case."),
      workflow: text.optional().describe("As `GET /v1/baselines` has it. Without it: of all."),
      job: text.optional().describe("The same; the leg of a matrix makes no difference."),
    },
    answers: { 200: "The policy" },
    json: { name: "PolicyInForce", schema: policyInForceSchema },
    refusals: ["not-found", "storage-failed"],
    async answer({ caller: { tenant }, query }) {
      const { run, mode, egress } = await find(tenant, query);
      return {
        status: 200,
        json: {
          runId: run.id,
          startedAt: toTime(run.startedAt),
          ref: run.ci?.ref ?? null,
          isProven: run.identity !== null,
          mode,
          egress,
        },
      };
    },
  });
}
