import { z } from "zod";

import { severitySchema } from "../../../protocol/index.ts";
import {
  INCIDENT_STATES,
  type IncidentKey,
  type IncidentStore,
} from "../../stores/incident-store.ts";
import type { Cursors } from "../cursors.ts";
import { defineRoute } from "../define-route.ts";
import { incidentViewSchema, toIncidentView } from "../incident-view.ts";
import { createPager, PAGE_QUERY, toPageSchema } from "../page.ts";
import type { Route } from "../route.ts";

const MAX_TEXT_LENGTH = 128;
const MAX_NAME_LENGTH = 256;

export function createListIncidentsRoute(
  store: Pick<IncidentStore, "findIncidents">,
  cursors: Cursors,
): Route {
  const placeSchema = z.tuple([z.int(), z.string()]);
  const pager = createPager<IncidentKey, [number, string]>(cursors, placeSchema, {
    toKey: ([openedAt, id]) => ({ openedAt, id }),
    toPlace: ({ openedAt, id }) => [openedAt, id],
  });
  return defineRoute({
    method: "GET",
    path: "/v1/incidents",
    role: "viewer",
    isAudited: true,
    summary: "Incidents, the newest first: findings of one job, rule and cause are one.",
    query: {
      state: z.enum(INCIDENT_STATES).optional(),
      severity: severitySchema.optional(),
      urgency: z.enum(["page", "ticket"]).optional(),
      rule: z.string().max(MAX_TEXT_LENGTH).optional().describe("The rule's id."),
      repository: z
        .string()
        .max(MAX_NAME_LENGTH)
        .optional()
        .describe("Such as acme/app, in whichever case."),
      job: z
        .string()
        .max(MAX_NAME_LENGTH)
        .optional()
        .describe("What it is called in its workflow."),
      ...PAGE_QUERY,
    },
    answers: { 200: "A page of incidents" },
    json: { name: "IncidentPage", schema: toPageSchema(incidentViewSchema) },
    refusals: ["storage-failed"],
    answer({ caller: { tenant }, query: { limit, cursor, ...filter } }) {
      const list = ["incidents", tenant, filter];
      const { items, next } = store.findIncidents(
        tenant,
        filter,
        pager.readPage(list, { limit, cursor }),
      );
      const nextCursor = pager.toCursor(list, next);
      return { status: 200, json: { items: items.map(toIncidentView), nextCursor } };
    },
  });
}
