import { z } from "zod";

import { RequestProblem } from "../../errors.ts";
import type { CheckChain } from "../../ingest/check-stored-chain.ts";
import { defineRoute } from "../define-route.ts";
import type { Route } from "../route.ts";

export const chainSchema = z.object({
  isWhole: z.boolean(),
  fault: z.string().nullable().describe("What is wrong; null: nothing."),
  batches: z.int(),
  events: z.int(),
  removedEvents: z
    .int()
    .describe("That came before these, and were taken away since they were too old."),
  isEndProven: z.boolean().describe("The guard's goodbye says that nothing follows."),
});

export function createShowChainRoute(checkChain: CheckChain): Route {
  return defineRoute({
    method: "GET",
    path: "/v1/runs/{id}/chain",
    role: "viewer",
    isAudited: true,
    summary: "Whether what is stored of a run is what its guard signed, and all of it.",
    parameters: { id: "The run" },
    query: {},
    answers: { 200: "What came of looking at every batch" },
    json: { name: "Chain", schema: chainSchema },
    refusals: ["not-found", "too-fast", "storage-failed"],
    async answer({ caller: { tenant }, parameters: { id = "" } }) {
      const verdict = await checkChain(tenant, id);
      if (verdict === undefined) throw new RequestProblem("not-found", "there is no such run");
      const { fault = null, batches, events, removedEvents, openState } = verdict;
      const isEndProven = openState === undefined;
      return {
        status: 200,
        json: { isWhole: fault === null, fault, batches, events, removedEvents, isEndProven },
      };
    },
  });
}
