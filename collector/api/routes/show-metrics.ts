import type { Route } from "../route.ts";

/** In the text format of Prometheus. */
export function createShowMetricsRoute(render: () => string): Route {
  return {
    method: "GET",
    path: "/metrics",
    role: "viewer",
    maxBodyBytes: 0,
    answer: () => ({ status: 200, text: render() }),
  };
}
