import { RequestProblem } from "../../errors.ts";
import type { RunQueries } from "../../stores/run-queries.ts";
import { defineRoute } from "../define-route.ts";
import { readFindingId } from "../finding-id.ts";
import { findingViewSchema, toFindingView } from "../finding-view.ts";
import type { Route } from "../route.ts";

export function createShowFindingRoute(store: Pick<RunQueries, "showFinding">): Route {
  return defineRoute({
    method: "GET",
    path: "/v1/findings/{id}",
    role: "viewer",
    isAudited: true,
    summary: "One finding.",
    parameters: { id: "The finding" },
    query: {},
    answers: { 200: "The finding" },
    json: { name: "Finding", schema: findingViewSchema },
    refusals: ["not-found", "storage-failed"],
    answer({ caller: { tenant }, parameters }) {
      const name = readFindingId(parameters["id"] ?? "");
      const finding = store.showFinding(tenant, name, Date.now());
      if (finding === undefined) throw new RequestProblem("not-found", "there is no such finding");
      return { status: 200, json: toFindingView(finding) };
    },
  });
}
