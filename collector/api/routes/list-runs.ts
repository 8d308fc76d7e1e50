import { z } from "zod";

import type { EventStore, RunKey } from "../../event-store.ts";
import { readPage, toNextCursor } from "../page.ts";
import type { Route } from "../route.ts";
import { toRunView } from "../run-view.ts";

const keySchema = z.tuple([z.int(), z.string()]);

export function createListRunsRoute(store: Pick<EventStore, "listRuns">): Route {
  return {
    method: "GET",
    path: "/v1/runs",
    role: "viewer",
    maxBodyBytes: 0,
    answer({ caller: { tenant }, query }) {
      const { after, limit } = readPage(query, keySchema);
      const runs = store.listRuns(tenant, { after: after && toKey(after), limit: limit + 1 });
      const nextCursor = toNextCursor(runs, limit, ({ startedAt, id }) => [startedAt, id]);
      return { status: 200, json: { items: runs.slice(0, limit).map(toRunView), nextCursor } };
    },
  };
}

function toKey([startedAt, id]: z.infer<typeof keySchema>): RunKey {
  return { startedAt, id };
}
