import type { Route } from "../route.ts";

/** That it answers is the answer. */
export function createShowHealthRoute(): Route {
  return {
    method: "GET",
    path: "/healthz",
    role: "anyone",
    maxBodyBytes: 0,
    answer: () => ({ status: 200, json: { status: "ok" } }),
  };
}
