import { z } from "zod";

import { hasRole } from "../../identity/tokens.ts";
import type { Check } from "../../readiness.ts";
import { defineRoute } from "../define-route.ts";
import type { Route } from "../route.ts";

const readinessSchema = z.object({
  status: z.enum(["ready", "not ready"]),
  checks: z
    .array(
      z.object({
        name: z.enum(["store", "disk", "clock", "alerting"]),
        ok: z.boolean(),
        reason: z.string().optional().describe("What is wrong, and what to do."),
      }),
    )
    .optional()
    .describe("For operators alone."),
});

/** 503 where what agents send could not be taken. */
export function createShowReadinessRoute(readChecks: () => Promise<readonly Check[]>): Route {
  return defineRoute({
    method: "GET",
    path: "/readyz",
    role: "anyone",
    takesToken: true,
    summary: "Whether it can take events; with an operator's token, what is wrong.",
    query: {},
    answers: { 200: "It can take what agents send", 503: "It cannot" },
    json: { name: "Readiness", schema: readinessSchema },
    async answer({ caller }) {
      const checks = [...(await readChecks())];
      // Events are taken, whoever cannot be told of them.
      const isReady = checks.every(({ ok, name }) => ok || name === "alerting");
      const status = isReady ? "ready" : "not ready";
      const json: z.infer<typeof readinessSchema> = hasRole(caller, "viewer")
        ? { status, checks }
        : { status };
      return { status: isReady ? 200 : 503, json };
    },
  });
}
