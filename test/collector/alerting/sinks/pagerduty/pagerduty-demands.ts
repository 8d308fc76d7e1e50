/**
 * What PagerDuty demands of an event, by hand from https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ and the OpenAPI
 * description of the Events API v2 (github.com/PagerDuty/api-schema, reference/events-v2/openapiv3.json). Stricter in one thing: what
 * it does not know it ignores, and here that is a fault.
 */
import { z } from "zod";

/** Of an event as it is sent: more is refused with 413. */
export const MAX_EVENT_BYTES = 524_288;

const routing_key = z.string().length(32);
const dedup_key = z.string().min(1).max(255);
const url = z.url({ protocol: /^https?$/ });

const payloadSchema = z.strictObject({
  summary: z.string().min(1).max(1_024),
  source: z.string().min(1),
  severity: z.enum(["critical", "error", "warning", "info"]),
  timestamp: z.iso.datetime({ offset: true }).optional(),
  component: z.string().optional(),
  group: z.string().optional(),
  class: z.string().optional(),
  custom_details: z.record(z.string(), z.unknown()).optional(),
});

export const pagerDutyEventSchema = z.discriminatedUnion("event_action", [
  z.strictObject({
    event_action: z.literal("trigger"),
    routing_key,
    dedup_key: dedup_key.optional(),
    payload: payloadSchema,
    client: z.string().optional(),
    client_url: url.optional(),
    links: z.array(z.strictObject({ href: url, text: z.string().optional() })).optional(),
    images: z
      .array(z.strictObject({ src: url, href: url.optional(), alt: z.string().optional() }))
      .optional(),
  }),
  z.strictObject({ event_action: z.literal("acknowledge"), routing_key, dedup_key }),
  z.strictObject({ event_action: z.literal("resolve"), routing_key, dedup_key }),
]);
