import { z } from "zod";

import { RequestProblem } from "../../errors.ts";
import type { RunKey } from "../../stores/event-store.ts";
import {
  type RankedRunKey,
  RUN_MODES,
  RUN_OUTCOMES,
  RUN_RANKS,
  type RunQueries,
} from "../../stores/run-queries.ts";
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

export function createListRunsRoute(
  store: Pick<RunQueries, "findRuns" | "rankRuns">,
  cursors: Cursors,
): Route {
  const pager = createPager<RunKey, [number, string]>(cursors, z.tuple([z.int(), z.string()]), {
    toKey: ([startedAt, id]) => ({ startedAt, id }),
    toPlace: ({ startedAt, id }) => [startedAt, id],
  });
  const placeSchema = z.tuple([z.int(), z.int(), z.string()]);
  const rankedPager = createPager<RankedRunKey, [number, number, string]>(cursors, placeSchema, {
    toKey: ([rank, startedAt, id]) => ({ rank, startedAt, id }),
    toPlace: ({ rank, startedAt, id }) => [rank, startedAt, id],
  });
  return defineRoute({
    method: "GET",
    path: "/v1/runs",
    role: "viewer",
    isAudited: true,
    summary: "Runs, the newest first, or those first that have most of something.",
    query: {
      state: z.enum(RUN_STATES).optional(),
      outcome: z.enum(RUN_OUTCOMES).optional().describe("What became of it."),
      repository: text.describe("As in `ci`, such as acme/app, in whichever case."),
      workflow: text,
      ref: text.describe("Such as refs/heads/main."),
      mode: z
        .enum(RUN_MODES)
        .optional()
        .describe("In force; weaker: it is not what was asked for."),
      findings: z.enum(["some", "none"]).optional(),
      search: text.describe(
        "Somewhere in the repository, the workflow, the job, the ref or the actor, in whichever case.",
      ),
      sort: z
        .enum(RUN_RANKS)
        .optional()
        .describe(
          "Those first that have most of it, of the newest 10,000 within the times. Not with `repository`.",
        ),
      since: timeSchema.describe("Started then or later: a time with its zone, or a day in UTC."),
      until: timeSchema.describe("Started before then."),
      ...PAGE_QUERY,
    },
    answers: { 200: "A page of runs" },
    json: { name: "RunPage", schema: pageSchema },
    refusals: ["storage-failed"],
    answer({ caller: { tenant }, query: { limit, cursor, sort: by, ...asked } }) {
      const list = ["runs", tenant, asked, ...(by === undefined ? [] : [by])];
      const filter = { ...asked, since: toMoment(asked.since), until: toMoment(asked.until) };
      const find = () => {
        const found = store.findRuns(tenant, filter, pager.readPage(list, { limit, cursor }));
        return { ...found, nextCursor: pager.toCursor(list, found.next) };
      };
      const rank = (rankedBy: (typeof RUN_RANKS)[number]) => {
        const page = rankedPager.readPage(list, { limit, cursor });
        const found = store.rankRuns(tenant, { ...filter, by: rankedBy }, page);
        return { ...found, nextCursor: rankedPager.toCursor(list, found.next) };
      };
      if (by !== undefined && asked.repository !== undefined) {
        throw new RequestProblem("bad-request", "sort: not with repository; search for it");
      }
      const { items, damaged, nextCursor } = by === undefined ? find() : rank(by);
      const besides = damaged.length === 0 ? {} : { damaged: [...damaged] };
      return { status: 200, json: { items: items.map(toRunView), nextCursor, ...besides } };
    },
  });
}

function toMoment(time: string | undefined): number | undefined {
  return time === undefined ? undefined : Date.parse(time);
}
