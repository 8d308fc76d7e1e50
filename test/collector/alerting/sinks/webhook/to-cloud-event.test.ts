import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";
import { z } from "zod";

import type { NotificationAction } from "../../../../../collector/alerting/notification.ts";
import { toCloudEvent } from "../../../../../collector/alerting/sinks/webhook/to-cloud-event.ts";
import {
  HOSTILE_INCIDENT,
  SAMPLE,
  SAMPLE_INCIDENT,
  sampleOf,
} from "../support/sample-notification.ts";
import { textsIn } from "../support/texts-in.ts";
import { cloudEventSchema } from "./cloud-event-demands.ts";

const SOURCE = "https://guard.acme.example";
const ACTIONS: readonly NotificationAction[] = ["trigger", "update", "acknowledge", "resolve"];
/** By whom knows no more than what is published. */
const published = JSON.parse(readFileSync("docs/schema/alert.schema.json", "utf8"));
const alertReader = z.fromJSONSchema(published);

describe("what a receiver is sent", () => {
  test.each([
    ...ACTIONS.map((action) => [action, sampleOf(action)] as const),
    ["hostile", { ...SAMPLE, incident: HOSTILE_INCIDENT }] as const,
  ])("%s", async (name, notification) => {
    const event = toCloudEvent(notification, SOURCE);

    expect(cloudEventSchema.safeParse(event).error).toBeUndefined();
    expect(alertReader.safeParse(event.data).error).toBeUndefined();
    expect(event.dataschema).toBe(published.$id);
    await expect(`${JSON.stringify(event, null, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
  });
});

test("it is the delivery's own id, so that who takes it twice can tell", () => {
  expect(toCloudEvent(SAMPLE, SOURCE).id).toBe(SAMPLE.deliveryId);
});

test("a program gets hostile text as it is, but for half letters, and fewer than 20 KB of it", () => {
  const event = toCloudEvent({ ...SAMPLE, incident: HOSTILE_INCIDENT }, SOURCE);

  expect(event.data.incident.message).toContain("<!channel>");
  expect(event.data.incident.message).toContain("\r\nBcc:");
  expect(textsIn(event).filter((text) => !text.isWellFormed())).toEqual([]);
  expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(20_000);
});

test("evidence is whole or not there, and in whole letters", () => {
  expect(evidenceOf({ "a\ud800": ["b\udfff", { c: 1, d: null }] })).toEqual({
    "a\ufffd": ["b\ufffd", { c: 1, d: null }],
  });
  expect(evidenceOf({ long: "x".repeat(8_192) })).toBeNull();
});

function evidenceOf(evidence: Readonly<Record<string, unknown>>): unknown {
  const incident = { ...SAMPLE_INCIDENT, evidence };
  return toCloudEvent({ ...SAMPLE, incident }, SOURCE).data.incident.evidence;
}
