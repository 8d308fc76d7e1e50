import { z } from "zod";

import type { Route } from "../route.ts";
import { defineTriageRoute, type TriageOptions } from "../triage.ts";

/** That it was done is in the audit log. */
const reopeningRequestSchema = z.strictObject({});

export function createReopenFindingRoute(options: TriageOptions): Route {
  return defineTriageRoute(options, {
    deed: "reopen",
    summary: "Take back what was said of a finding, and its suppression.",
    body: reopeningRequestSchema,
    change: ({ name }) => options.store.reopenFinding(name),
  });
}
