import { z } from "zod";

import type { Baselines } from "../../detection/baselines.ts";
import { defineRoute } from "../define-route.ts";
import type { Route } from "../route.ts";

const MAX_TEXT_LENGTH = 1_024;

export const suggestionSchema = z.object({
  text: z.string().describe("A policy file, with who needs each entry."),
  policy: z
    .object({
      version: z.literal(1),
      egress: z.object({ mode: z.literal("audit"), allow: z.array(z.string()) }),
    })
    .describe("The same without comments."),
  runs: z.int().describe("That it was learned from."),
  jobsLeftOut: z
    .int()
    .describe(
      "Of which nothing is in it, since all would be too much at once: ask for them by name.",
    ),
});

const text = z.string().min(1).max(MAX_TEXT_LENGTH);

/** Before `/v1/policies/{name}`, which would take it for a name. */
export function createSuggestPolicyRoute(baselines: Pick<Baselines, "suggest">): Route {
  return defineRoute({
    method: "GET",
    path: "/v1/policies/suggest",
    role: "viewer",
    isAudited: true,
    summary:
      "The smallest policy that allows what a job has done in the runs that its baseline was learned from.",
    query: {
      repository: text.describe("Such as acme/app, in whichever case."),
      workflow: text.optional().describe("As `GET /v1/baselines` has it. Without it: of all."),
      job: text.optional().describe("The same."),
    },
    answers: { 200: "The policy" },
    json: { name: "SuggestedPolicy", schema: suggestionSchema },
    refusals: ["not-found", "too-fast", "storage-failed"],
    async answer({ caller: { tenant }, query }) {
      const { text: file, allow, runs, jobsLeftOut } = await baselines.suggest(tenant, query);
      const policy = { version: 1, egress: { mode: "audit", allow: [...allow] } } as const;
      return { status: 200, json: { text: file, policy, runs, jobsLeftOut } };
    },
  });
}
