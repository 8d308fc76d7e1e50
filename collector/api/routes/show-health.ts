import { z } from "zod";

import { defineRoute } from "../define-route.ts";
import type { Route } from "../route.ts";

const healthSchema = z.object({ status: z.literal("ok") });

/** That it answers is the answer. */
export function createShowHealthRoute(): Route {
  return defineRoute({
    method: "GET",
    path: "/healthz",
    role: "anyone",
    summary: "Whether the collector answers.",
    query: {},
    answers: { 200: "It does" },
    json: { name: "Health", schema: healthSchema },
    answer: () => ({ status: 200, json: { status: "ok" } }),
  });
}
