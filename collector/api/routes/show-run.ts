import { RequestProblem } from "../../errors.ts";
import type { RunQueries } from "../../stores/run-queries.ts";
import { defineRoute } from "../define-route.ts";
import type { Route } from "../route.ts";
import { runViewSchema, toRunView } from "../run-view.ts";

export function createShowRunRoute(store: Pick<RunQueries, "showRun">): Route {
  return defineRoute({
    method: "GET",
    path: "/v1/runs/{id}",
    role: "viewer",
    isAudited: true,
    summary: "One run.",
    query: {},
    parameters: { id: "The run" },
    answers: { 200: "The run" },
    json: { name: "Run", schema: runViewSchema },
    refusals: ["not-found", "storage-failed"],
    answer({ caller: { tenant }, parameters }) {
      const run = store.showRun(tenant, parameters["id"] ?? "");
      if (run === undefined) throw new RequestProblem("not-found", "there is no such run");
      return { status: 200, json: toRunView(run) };
    },
  });
}
