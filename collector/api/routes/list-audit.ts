import { z } from "zod";

import type { AuditStore } from "../../stores/audit-store.ts";
import type { Cursors } from "../cursors.ts";
import { defineRoute } from "../define-route.ts";
import { createPager, PAGE_QUERY, toPageSchema } from "../page.ts";
import type { Route } from "../route.ts";
import { toTime } from "../to-time.ts";

const auditEntrySchema = z.object({
  number: z.int().describe("Of all entries, rising."),
  at: z.iso.datetime(),
  token: z
    .string()
    .describe(
      "The beginning of its hash; of a command on the collector's machine, the number of the user.",
    ),
  role: z
    .string()
    .describe("`command-line` of such a command; `automatic` of a response that a rule asked for."),
  action: z
    .string()
    .describe(
      "The route, such as GET /v1/runs/{id}/events; behind `refused: ` where the token has no such role; or the command, such as token add; or a response, with what became of it.",
    ),
  target: z.string().describe("The path and the query; of a token its id and its role."),
  said: z
    .string()
    .nullable()
    .describe("The body of a request that changes something: the first 2,000 characters of it."),
});

export function createListAuditRoute(
  store: Pick<AuditStore, "listAudit">,
  cursors: Cursors,
): Route {
  const pager = createPager<number, [number]>(cursors, z.tuple([z.int()]), {
    toKey: ([number]) => number,
    toPlace: (number) => [number],
  });
  return defineRoute({
    method: "GET",
    path: "/v1/audit",
    role: "admin",
    isAudited: true,
    summary: "Which token read or changed what, the newest first.",
    query: PAGE_QUERY,
    answers: { 200: "A page of entries" },
    json: { name: "AuditPage", schema: toPageSchema(auditEntrySchema) },
    refusals: ["storage-failed"],
    answer({ caller: { tenant }, query }) {
      const list = ["audit", tenant];
      const { after = Number.MAX_SAFE_INTEGER, limit } = pager.readPage(list, query);
      const entries = store.listAudit(tenant, after, limit + 1);
      const items = entries.slice(0, limit).map(({ number, at, token, ...entry }) => ({
        number,
        at: toTime(at),
        token,
        role: entry.role,
        action: entry.action,
        target: entry.target,
        said: entry.said,
      }));
      const next = entries.length > limit ? items.at(-1)?.number : undefined;
      return { status: 200, json: { items, nextCursor: pager.toCursor(list, next) } };
    },
  });
}
