import { z } from "zod";

import type { EventStore, FindingKey } from "../../event-store.ts";
import { readPage, toNextCursor } from "../page.ts";
import type { Route } from "../route.ts";

const keySchema = z.tuple([z.string(), z.string(), z.string()]);

export function createListFindingsRoute(store: Pick<EventStore, "listFindings">): Route {
  return {
    method: "GET",
    path: "/v1/findings",
    role: "viewer",
    isAudited: true,
    maxBodyBytes: 0,
    answer({ caller: { tenant }, query }) {
      const { after, limit } = readPage(query, keySchema);
      const findings = store.listFindings(tenant, {
        after: after && toKey(after),
        limit: limit + 1,
      });
      const nextCursor = toNextCursor(findings, limit, ({ firstSeen, runId, id }) => [
        firstSeen,
        runId,
        id,
      ]);
      return { status: 200, json: { items: findings.slice(0, limit), nextCursor } };
    },
  };
}

function toKey([firstSeen, runId, id]: z.infer<typeof keySchema>): FindingKey {
  return { firstSeen, runId, id };
}
