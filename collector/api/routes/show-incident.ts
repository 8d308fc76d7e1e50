import { defineRoute } from "../define-route.ts";
import { incidentDetailSchema } from "../incident-view.ts";
import type { Route } from "../route.ts";
import { type IncidentReads, showIncident } from "../show-incident.ts";

export function createShowIncidentRoute(store: IncidentReads): Route {
  return defineRoute({
    method: "GET",
    path: "/v1/incidents/{id}",
    role: "viewer",
    isAudited: true,
    summary: "One incident, with what was told of it.",
    parameters: { id: "The incident" },
    query: {},
    answers: { 200: "The incident" },
    json: { name: "Incident", schema: incidentDetailSchema },
    refusals: ["not-found", "storage-failed"],
    answer: ({ caller: { tenant }, parameters: { id = "" } }) => ({
      status: 200,
      json: showIncident(store, tenant, id),
    }),
  });
}
