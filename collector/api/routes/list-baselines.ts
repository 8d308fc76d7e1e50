import { z } from "zod";

import {
  BASELINE_STATES,
  type BaselineKey,
  type BaselineReader,
} from "../../stores/baseline-store.ts";
import { listedBaselineSchema, toListedView } from "../baseline-view.ts";
import type { Cursors } from "../cursors.ts";
import { defineRoute } from "../define-route.ts";
import { createPager, PAGE_QUERY, toPageSchema } from "../page.ts";
import type { Route } from "../route.ts";

const MAX_TEXT_LENGTH = 1_024;

export function createListBaselinesRoute(
  store: Pick<BaselineReader, "listBaselines">,
  cursors: Cursors,
): Route {
  const pager = createPager<BaselineKey, [number]>(cursors, z.tuple([z.int()]), {
    toKey: ([id]) => ({ id }),
    toPlace: ({ id }) => [id],
  });
  return defineRoute({
    method: "GET",
    path: "/v1/baselines",
    role: "viewer",
    isAudited: true,
    summary: "Baselines of jobs, those that were begun first before the others.",
    query: {
      repository: z
        .string()
        .max(MAX_TEXT_LENGTH)
        .optional()
        .describe("Such as acme/app, in whichever case."),
      state: z.enum(BASELINE_STATES).optional(),
      ...PAGE_QUERY,
    },
    answers: { 200: "A page of baselines" },
    json: { name: "BaselinePage", schema: toPageSchema(listedBaselineSchema) },
    refusals: ["storage-failed"],
    answer({ caller: { tenant }, query: { limit, cursor, ...asked } }) {
      const list = ["baselines", tenant, asked];
      const page = pager.readPage(list, { limit, cursor });
      const { items, next } = store.listBaselines(tenant, asked, page);
      const nextCursor = pager.toCursor(list, next);
      return { status: 200, json: { items: items.map(toListedView), nextCursor } };
    },
  });
}
