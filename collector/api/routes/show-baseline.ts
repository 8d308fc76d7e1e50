import type { Baselines } from "../../detection/baselines.ts";
import { baselineSchema, readBaselineId, toBaselineView } from "../baseline-view.ts";
import { defineRoute } from "../define-route.ts";
import type { Route } from "../route.ts";

export function createShowBaselineRoute(baselines: Pick<Baselines, "show">): Route {
  return defineRoute({
    method: "GET",
    path: "/v1/baselines/{id}",
    role: "viewer",
    isAudited: true,
    summary: "What is normal for a job.",
    parameters: { id: "The baseline" },
    query: {},
    answers: { 200: "The baseline" },
    json: { name: "Baseline", schema: baselineSchema },
    refusals: ["not-found", "storage-failed"],
    answer: ({ caller: { tenant }, parameters: { id = "" } }) => ({
      status: 200,
      json: toBaselineView(baselines.show(tenant, readBaselineId(id))),
    }),
  });
}
