import { z } from "zod";

import { RequestProblem } from "../../errors.ts";
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

const DAY_MS = 86_400_000;
/** Somebody has to look at it again. */
const MAX_DAYS = 366;

const suppressionRequestSchema = acknowledgementRequestSchema.extend({
  until: z
    .union([z.iso.datetime({ offset: true }), z.iso.date()])
    .describe(
      `A time with its zone, or a day, with whose beginning in UTC it ends; ${MAX_DAYS} days ahead at most.`,
    ),
});

export function createSuppressFindingRoute(options: TriageOptions): Route {
  const { store, now } = options;
  return defineJsonRoute({
    method: "POST",
    path: "/v1/findings/{id}/suppress",
    role: "responder",
    isAudited: true,
    maxBodyBytes: MAX_TRIAGE_BYTES,
    summary:
      "Suppress a finding, with all of the same rule and the same words in the same job, until a day.",
    parameters: { id: "The finding" },
    query: {},
    body: suppressionRequestSchema,
    answers: { 200: "The finding" },
    json: { name: "Finding", schema: findingViewSchema },
    refusals: ["not-found", "storage-failed"],
    async answer({ caller, parameters: { id = "" }, body: { until, ...said } }) {
      const at = now();
      const by = { ...toAnswerable(caller, said, at), until: readEnd(until, at) };
      const json = await changeFinding(options, { tenant: caller.tenant, id }, (name) =>
        store.suppressFinding(name, by),
      );
      return { status: 200, json };
    },
  });
}

function readEnd(until: string, now: number): number {
  const end = Date.parse(until);
  if (end > now && end <= now + MAX_DAYS * DAY_MS) return end;
  throw new RequestProblem("bad-request", `until: has to be within ${MAX_DAYS} days from now`);
}
