import { z } from "zod";

import type { Check } from "../../readiness.ts";
import { defineRoute } from "../define-route.ts";
import type { Route } from "../route.ts";

const readinessSchema = z.object({
  status: z.enum(["ready", "not ready"]),
  checks: z.array(
    z.object({
      name: z.enum(["store", "disk", "clock"]),
      ok: z.boolean(),
      reason: z.string().optional().describe("What is wrong, and what to do."),
    }),
  ),
});

/** 503 where what agents send could not be taken. */
export function createShowReadinessRoute(readChecks: () => Promise<readonly Check[]>): Route {
  return defineRoute({
    method: "GET",
    path: "/readyz",
    role: "anyone",
    summary: "Whether it can store, has room on its disk and a sane clock.",
    query: {},
    answers: { 200: "It can take what agents send", 503: "It cannot" },
    json: { name: "Readiness", schema: readinessSchema },
    async answer() {
      const checks = [...(await readChecks())];
      const isReady = checks.every(({ ok }) => ok);
      return { status: isReady ? 200 : 503, json: toReadiness(checks, isReady) };
    },
  });
}

function toReadiness(checks: Check[], isReady: boolean): z.infer<typeof readinessSchema> {
  return { status: isReady ? "ready" : "not ready", checks };
}
