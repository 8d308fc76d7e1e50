import { RequestProblem } from "../../errors.ts";
import type { EventStore } from "../../event-store.ts";
import type { Route } from "../route.ts";
import { toRunView } from "../run-view.ts";

export function createShowRunRoute(store: Pick<EventStore, "findRun">): Route {
  return {
    method: "GET",
    path: "/v1/runs/{id}",
    role: "viewer",
    isAudited: true,
    maxBodyBytes: 0,
    answer({ caller: { tenant }, parameters }) {
      const run = store.findRun(tenant, parameters["id"] ?? "");
      if (run === undefined) throw new RequestProblem("not-found", "there is no such run");
      return { status: 200, json: toRunView(run) };
    },
  };
}
