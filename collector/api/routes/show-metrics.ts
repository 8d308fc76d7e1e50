import type { Route } from "../route.ts";

/** In the text format of Prometheus. */
export function createShowMetricsRoute(render: () => Promise<string>): Route {
  return {
    method: "GET",
    path: "/metrics",
    role: "viewer",
    maxBodyBytes: 0,
    answer: async () => ({ status: 200, text: await render() }),
  };
}
