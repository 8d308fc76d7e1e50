import { z } from "zod";

import { severitySchema } from "../../../protocol/index.ts";
import type { FindingKey } from "../../stores/event-store.ts";
import { FINDING_STATES, type RunQueries } from "../../stores/run-queries.ts";
import type { Cursors } from "../cursors.ts";
import { defineRoute } from "../define-route.ts";
import { findingViewSchema, toFindingView } from "../finding-view.ts";
import { createPager, PAGE_QUERY, toPageSchema } from "../page.ts";
import type { Route } from "../route.ts";

const MAX_TEXT_LENGTH = 128;

export function createListFindingsRoute(
  store: Pick<RunQueries, "findFindings">,
  cursors: Cursors,
): Route {
  const placeSchema = z.tuple([z.string(), z.string(), z.string()]);
  const pager = createPager<FindingKey, [string, string, string]>(cursors, placeSchema, {
    toKey: ([firstSeen, runId, id]) => ({ firstSeen, runId, id }),
    toPlace: ({ firstSeen, runId, id }) => [firstSeen, runId, id],
  });
  return defineRoute({
    method: "GET",
    path: "/v1/findings",
    role: "viewer",
    isAudited: true,
    summary: "Findings of all runs, the newest first.",
    query: {
      severity: severitySchema.optional(),
      rule: z.string().max(MAX_TEXT_LENGTH).optional().describe("The rule's id."),
      run: z.string().max(MAX_TEXT_LENGTH).optional().describe("Of this run alone."),
      state: z.enum(FINDING_STATES).optional(),
      ...PAGE_QUERY,
    },
    answers: { 200: "A page of findings" },
    json: { name: "FindingPage", schema: toPageSchema(findingViewSchema) },
    refusals: ["storage-failed"],
    answer({ caller: { tenant }, query: { limit, cursor, run: runId, ...asked } }) {
      const list = ["findings", tenant, runId, asked];
      const { items, next } = store.findFindings(
        tenant,
        { ...asked, runId, now: Date.now() },
        pager.readPage(list, { limit, cursor }),
      );
      const nextCursor = pager.toCursor(list, next);
      return { status: 200, json: { items: items.map(toFindingView), nextCursor } };
    },
  });
}
