import { z } from "zod";

import { RequestProblem } from "../../errors.ts";
import type { Route } from "../route.ts";
import {
  acknowledgementRequestSchema,
  defineTriageRoute,
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
  return defineTriageRoute(options, {
    deed: "suppress",
    summary:
      "Suppress a finding, with all of the same rule and the same words in the same job, until a day.",
    body: suppressionRequestSchema,
    async change({ name, caller, body: { until, ...said }, at }) {
      const by = { ...toAnswerable(caller, said, at), until: readEnd(until, at) };
      await options.store.suppressFinding(name, by);
    },
  });
}

function readEnd(until: string, now: number): number {
  const end = Date.parse(until);
  if (end > now && end <= now + MAX_DAYS * DAY_MS) return end;
  throw new RequestProblem("bad-request", `until: has to be within ${MAX_DAYS} days from now`);
}
