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
    answer: async () => ({ status: 200, text: await render() }),
  });
}
