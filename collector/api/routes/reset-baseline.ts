import { z } from "zod";

import { reasonSchema } from "../../../protocol/index.ts";
import type { Baselines } from "../../detection/baselines.ts";
import { baselineSchema, readBaselineId, toBaselineView } from "../baseline-view.ts";
import { defineJsonRoute } from "../define-route.ts";
import type { Route } from "../route.ts";

const MAX_BODY_BYTES = 8_192;

/** An admin's: until it has learned again nothing is judged by it. */
export function createResetBaselineRoute(baselines: Pick<Baselines, "reset">): Route {
  return defineJsonRoute({
    method: "POST",
    path: "/v1/baselines/{id}/reset",
    role: "admin",
    isAudited: true,
    maxBodyBytes: MAX_BODY_BYTES,
    summary: "Forget what was learned of a job, and learn it anew.",
    parameters: { id: "The baseline" },
    query: {},
    body: z.strictObject({ reason: reasonSchema }),
    answers: { 200: "The baseline, of no run" },
    json: { name: "Baseline", schema: baselineSchema },
    refusals: ["not-found", "too-fast", "storage-failed"],
    async answer({ caller: { tenant, role, token }, parameters: { id = "" }, body: { reason } }) {
      const by = { role, token, owner: null, reason };
      const baseline = await baselines.reset(tenant, readBaselineId(id), by);
      return { status: 200, json: toBaselineView(baseline) };
    },
  });
}
