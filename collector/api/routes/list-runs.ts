import { z } from "zod";

import type { RunKey } from "../../stores/event-store.ts";
import { RUN_OUTCOMES, type RunQueries } from "../../stores/run-queries.ts";
import type { Cursors } from "../cursors.ts";
import { defineRoute } from "../define-route.ts";
import { createPager, PAGE_QUERY, toPageSchema } from "../page.ts";
import type { Route } from "../route.ts";
import { RUN_STATES, runViewSchema, toRunView } from "../run-view.ts";

/** A job can name its branch at some length. */
const MAX_TEXT_LENGTH = 1_024;
const pageSchema = toPageSchema(runViewSchema).extend({
  damaged: z
    .array(z.string())
    .optional()
    .describe("Runs that belong here and cannot be shown, since their rows are damaged."),
});
const text = z.string().max(MAX_TEXT_LENGTH).optional();
/** A day begins at midnight in UTC. */
const timeSchema = z.union([z.iso.datetime({ offset: true }), z.iso.date()]).optional();

export function createListRunsRoute(store: Pick<RunQueries, "findRuns">, cursors: Cursors): Route {
  const pager = createPager<RunKey, [number, string]>(cursors, z.tuple([z.int(), z.string()]), {
    toKey: ([startedAt, id]) => ({ startedAt, id }),
    toPlace: ({ startedAt, id }) => [startedAt, id],
  });
  return defineRoute({
    method: "GET",
    path: "/v1/runs",
    role: "viewer",
    isAudited: true,
    summary: "Runs, the newest first.",
    query: {
      state: z.enum(RUN_STATES).optional(),
      outcome: z.enum(RUN_OUTCOMES).optional().describe("What became of it."),
      repository: text.describe("As in `ci`, such as acme/app, in whichever case."),
      workflow: text,
      ref: text.describe("Such as refs/heads/main."),
      since: timeSchema.describe("Started then or later: a time with its zone, or a day in UTC."),
      until: timeSchema.describe("Started before then."),
      ...PAGE_QUERY,
    },
    answers: { 200: "A page of runs" },
    json: { name: "RunPage", schema: pageSchema },
    refusals: ["storage-failed"],
    answer({ caller: { tenant }, query: { limit, cursor, ...asked } }) {
      const list = ["runs", tenant, asked];
      const filter = { ...asked, since: toMoment(asked.since), until: toMoment(asked.until) };
      const { items, damaged, next } = store.findRuns(
        tenant,
        filter,
        pager.readPage(list, { limit, cursor }),
      );
      const nextCursor = pager.toCursor(list, next);
      const besides = damaged.length === 0 ? {} : { damaged: [...damaged] };
      return { status: 200, json: { items: items.map(toRunView), nextCursor, ...besides } };
    },
  });
}

function toMoment(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}
