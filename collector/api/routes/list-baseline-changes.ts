import { z } from "zod";

import type { Baselines } from "../../detection/baselines.ts";
import { baselineChangeSchema, toBaselineChangeView } from "../baseline-change-view.ts";
import { readBaselineId } from "../baseline-view.ts";
import type { Cursors } from "../cursors.ts";
import { defineRoute } from "../define-route.ts";
import { createPager, PAGE_QUERY, toPageSchema } from "../page.ts";
import type { Route } from "../route.ts";

export function createListBaselineChangesRoute(
  baselines: Pick<Baselines, "listChanges">,
  cursors: Cursors,
): Route {
  const pager = createPager<number, [number]>(cursors, z.tuple([z.int()]), {
    toKey: ([revision]) => revision,
    toPlace: (revision) => [revision],
  });
  return defineRoute({
    method: "GET",
    path: "/v1/baselines/{id}/changes",
    role: "viewer",
    isAudited: true,
    summary:
      "What changed in a baseline, the newest first: what runs taught that was new, what was forgotten, and what operators did. The newest 500 are kept.",
    parameters: { id: "The baseline" },
    query: PAGE_QUERY,
    answers: { 200: "A page of changes" },
    json: { name: "BaselineChangePage", schema: toPageSchema(baselineChangeSchema) },
    refusals: ["not-found", "storage-failed"],
    answer({ caller: { tenant }, parameters: { id: text = "" }, query }) {
      const id = readBaselineId(text);
      const list = ["baseline-changes", tenant, id];
      const { items, next } = baselines.listChanges(tenant, id, pager.readPage(list, query));
      const nextCursor = pager.toCursor(list, next);
      return { status: 200, json: { items: items.map(toBaselineChangeView), nextCursor } };
    },
  });
}
