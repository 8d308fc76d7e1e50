import { RequestProblem } from "../../errors.ts";
import type { IncidentStore, StoredDelivery } from "../../stores/incident-store.ts";
import { defineRoute } from "../define-route.ts";
import { deliveryViewSchema, toDeliveryView } from "../incident-view.ts";
import type { Route } from "../route.ts";

export function createRetryDeliveryRoute(
  store: Pick<IncidentStore, "findDelivery">,
  /** Throws `bad-request` where its sink is gone. */
  alerting: { retry(delivery: StoredDelivery): Promise<void> },
): Route {
  return defineRoute({
    method: "POST",
    path: "/v1/deliveries/{id}/retry",
    role: "responder",
    isAudited: true,
    summary: "Try a dead delivery again, from now on for a day.",
    parameters: { id: "The delivery" },
    query: {},
    answers: { 200: "The delivery" },
    json: { name: "Delivery", schema: deliveryViewSchema },
    refusals: ["not-found", "bad-request", "storage-failed"],
    async answer({ caller: { tenant }, parameters: { id = "" } }) {
      const delivery = store.findDelivery(tenant, id);
      if (delivery === undefined)
        throw new RequestProblem("not-found", "there is no such delivery");
      if (delivery.state !== "dead")
        throw new RequestProblem("bad-request", `the delivery is ${delivery.state}, and not dead`);
      await alerting.retry(delivery);
      const after = store.findDelivery(tenant, id) ?? delivery;
      return { status: 200, json: toDeliveryView(after) };
    },
  });
}
