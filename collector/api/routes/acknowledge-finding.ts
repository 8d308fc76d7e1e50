import { defineJsonRoute } from "../define-route.ts";
import { findingViewSchema } from "../finding-view.ts";
import type { Route } from "../route.ts";
import {
  acknowledgementRequestSchema,
  changeFinding,
  MAX_TRIAGE_BYTES,
  toAnswerable,
  type TriageOptions,
} from "../triage.ts";

export function createAcknowledgeFindingRoute(options: TriageOptions): Route {
  const { store, now } = options;
  return defineJsonRoute({
    method: "POST",
    path: "/v1/findings/{id}/acknowledge",
    role: "responder",
    isAudited: true,
    maxBodyBytes: MAX_TRIAGE_BYTES,
    summary: "Say that somebody has seen to a finding.",
    parameters: { id: "The finding" },
    query: {},
    body: acknowledgementRequestSchema,
    answers: { 200: "The finding" },
    json: { name: "Finding", schema: findingViewSchema },
    refusals: ["not-found", "storage-failed"],
    async answer({ caller, parameters: { id = "" }, body }) {
      const by = toAnswerable(caller, body, now());
      const json = await changeFinding(options, { tenant: caller.tenant, id }, (name) =>
        store.acknowledgeFinding(name, by),
      );
      return { status: 200, json };
    },
  });
}
