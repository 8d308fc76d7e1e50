import { z } from "zod";

import { defineJsonRoute } from "../define-route.ts";
import { findingViewSchema } from "../finding-view.ts";
import type { Route } from "../route.ts";
import { changeFinding, MAX_TRIAGE_BYTES, type TriageOptions } from "../triage.ts";

/** That it was done is in the audit log. */
const reopeningRequestSchema = z.strictObject({});

export function createReopenFindingRoute(options: TriageOptions): Route {
  return defineJsonRoute({
    method: "POST",
    path: "/v1/findings/{id}/reopen",
    role: "responder",
    isAudited: true,
    maxBodyBytes: MAX_TRIAGE_BYTES,
    summary: "Take back what was said of a finding, and its suppression.",
    parameters: { id: "The finding" },
    query: {},
    body: reopeningRequestSchema,
    answers: { 200: "The finding, which is open" },
    json: { name: "Finding", schema: findingViewSchema },
    refusals: ["not-found", "storage-failed"],
    answer: async ({ caller: { tenant }, parameters: { id = "" } }) => ({
      status: 200,
      json: await changeFinding(options, { tenant, id }, (name) =>
        options.store.reopenFinding(name),
      ),
    }),
  });
}
