/** What operators say of incidents. */
import { RequestProblem } from "../../errors.ts";
import type { Answerable } from "../../stores/run-queries.ts";
import { defineJsonRoute } from "../define-route.ts";
import { incidentDetailSchema } from "../incident-view.ts";
import type { Route } from "../route.ts";
import { type IncidentReads, showIncident } from "../show-incident.ts";
import { acknowledgementRequestSchema, toAnswerable } from "../triage.ts";

export interface ChangeIncidentOptions {
  readonly store: IncidentReads;
  /** Each: false where it is resolved already. */
  readonly alerting: {
    acknowledge(id: string, by: Answerable): Promise<boolean>;
    resolve(id: string, by: Answerable): Promise<boolean>;
  };
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const MAX_BYTES = 8_192;
const SUMMARIES = {
  acknowledge:
    "Say that somebody sees to an incident: its findings are acknowledged with it. Where somebody does already it stays his, and `acknowledged` says whose.",
  resolve:
    "Say that an incident is over: its findings are acknowledged with it. Where it is already `resolvedBy` and `resolution` say how.",
};

export function createChangeIncidentRoutes({
  store,
  alerting,
  now,
}: ChangeIncidentOptions): readonly Route[] {
  return (["acknowledge", "resolve"] as const).map((deed) =>
    defineJsonRoute({
      method: "POST",
      path: `/v1/incidents/{id}/${deed}`,
      role: "responder",
      isAudited: true,
      maxBodyBytes: MAX_BYTES,
      summary: SUMMARIES[deed],
      parameters: { id: "The incident" },
      query: {},
      body: acknowledgementRequestSchema,
      answers: { 200: "The incident" },
      json: { name: "Incident", schema: incidentDetailSchema },
      refusals: ["not-found", "storage-failed"],
      async answer({ caller, parameters: { id = "" }, body }) {
        showIncident(store, caller.tenant, id);
        const isDone = await alerting[deed](id, toAnswerable(caller, body, now()));
        if (!isDone && deed === "acknowledge")
          throw new RequestProblem("bad-request", "the incident is resolved already");
        return { status: 200, json: showIncident(store, caller.tenant, id) };
      },
    }),
  );
}
