import { RequestProblem } from "../../errors.ts";
import { OWN_TENANT } from "../../identity/token-grants.ts";
import { defineRoute } from "../define-route.ts";
import type { Route } from "../route.ts";

export function createShowMetricsRoute(render: () => Promise<string>): Route {
  return defineRoute({
    method: "GET",
    path: "/metrics",
    role: "viewer",
    summary: "Figures of the collector and its runs.",
    query: {},
    answers: { 200: "The figures" },
    otherContent: { type: "text/plain", summary: "In the text format of Prometheus" },
    async answer({ caller: { tenant } }) {
      // They are of all tenants together.
      if (tenant !== OWN_TENANT) {
        throw new RequestProblem("forbidden", `this takes a token of the tenant ${OWN_TENANT}`);
      }
      return { status: 200, text: await render() };
    },
  });
}
