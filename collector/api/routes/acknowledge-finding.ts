import type { Route } from "../route.ts";
import {
  acknowledgementRequestSchema,
  defineTriageRoute,
  toAnswerable,
  type TriageOptions,
} from "../triage.ts";

export function createAcknowledgeFindingRoute(options: TriageOptions): Route {
  return defineTriageRoute(options, {
    deed: "acknowledge",
    summary: "Say that somebody has seen to a finding.",
    body: acknowledgementRequestSchema,
    change: ({ name, caller, body, at }) =>
      options.store.acknowledgeFinding(name, toAnswerable(caller, body, at)),
  });
}
