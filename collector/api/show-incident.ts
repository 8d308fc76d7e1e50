import type { z } from "zod";

import { RequestProblem } from "../errors.ts";
import type { IncidentStore } from "../stores/incident-store.ts";
import { type incidentDetailSchema, toDeliveryView, toIncidentView } from "./incident-view.ts";

export type IncidentReads = Pick<IncidentStore, "showIncident" | "listDeliveriesOfIncident">;

/** One that is told every few hours, for some weeks. */
const MAX_DELIVERIES = 200;

/** Throws `not-found`. */
export function showIncident(
  store: IncidentReads,
  tenant: string,
  id: string,
): z.infer<typeof incidentDetailSchema> {
  const incident = store.showIncident(tenant, id);
  if (incident === undefined) throw new RequestProblem("not-found", "there is no such incident");
  const deliveries = store.listDeliveriesOfIncident(id, MAX_DELIVERIES);
  return { ...toIncidentView(incident), deliveries: deliveries.map(toDeliveryView) };
}
