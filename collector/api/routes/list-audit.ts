import { z } from "zod";

import type { AuditStore } from "../../audit-store.ts";
import { readPage, toNextCursor } from "../page.ts";
import type { Route } from "../route.ts";

const keySchema = z.tuple([z.int()]);

/** The newest first. */
export function createListAuditRoute(store: Pick<AuditStore, "listAudit">): Route {
  return {
    method: "GET",
    path: "/v1/audit",
    role: "admin",
    isAudited: true,
    maxBodyBytes: 0,
    answer({ caller: { tenant }, query }) {
      const { after, limit } = readPage(query, keySchema);
      const [before = Number.MAX_SAFE_INTEGER] = after ?? [];
      const entries = store.listAudit(tenant, before, limit + 1);
      const nextCursor = toNextCursor(entries, limit, ({ number }) => [number]);
      const items = entries.slice(0, limit).map(({ number, token, role, action, target, at }) => ({
        number,
        at: new Date(at).toISOString(),
        token,
        role,
        action,
        target,
      }));
      return { status: 200, json: { items, nextCursor } };
    },
  };
}
