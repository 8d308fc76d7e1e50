import type { Check } from "../../readiness.ts";
import type { Route } from "../route.ts";

/** 503 where what agents send could not be taken. */
export function createShowReadinessRoute(readChecks: () => Promise<readonly Check[]>): Route {
  return {
    method: "GET",
    path: "/readyz",
    role: "anyone",
    maxBodyBytes: 0,
    async answer() {
      const checks = await readChecks();
      const isReady = checks.every(({ ok }) => ok);
      return {
        status: isReady ? 200 : 503,
        json: { status: isReady ? "ready" : "not ready", checks },
      };
    },
  };
}
