import { z } from "zod";

import { DELIVERY_STATES, type IncidentStore } from "../../stores/incident-store.ts";
import type { Cursors } from "../cursors.ts";
import { defineRoute } from "../define-route.ts";
import { deliveryViewSchema, toDeliveryView } from "../incident-view.ts";
import { createPager, PAGE_QUERY, toPageSchema } from "../page.ts";
import type { Route } from "../route.ts";

const MAX_TEXT_LENGTH = 128;

export function createListDeliveriesRoute(
  store: Pick<IncidentStore, "findDeliveries">,
  cursors: Cursors,
): Route {
  const pager = createPager<number, [number]>(cursors, z.tuple([z.int()]), {
    toKey: ([number]) => number,
    toPlace: (number) => [number],
  });
  return defineRoute({
    method: "GET",
    path: "/v1/deliveries",
    role: "viewer",
    isAudited: true,
    summary: "What was told of incidents, or is to be, the newest first.",
    query: {
      state: z.enum(DELIVERY_STATES).optional(),
      sink: z.string().max(MAX_TEXT_LENGTH).optional(),
      ...PAGE_QUERY,
    },
    answers: { 200: "A page of deliveries" },
    json: { name: "DeliveryPage", schema: toPageSchema(deliveryViewSchema) },
    refusals: ["storage-failed"],
    answer({ caller: { tenant }, query: { limit, cursor, ...filter } }) {
      const list = ["deliveries", tenant, filter];
      const { items, next } = store.findDeliveries(
        tenant,
        filter,
        pager.readPage(list, { limit, cursor }),
      );
      const nextCursor = pager.toCursor(list, next);
      return { status: 200, json: { items: items.map(toDeliveryView), nextCursor } };
    },
  });
}
