import { describe, expect, test } from "vitest";

import type {
  NotificationAction,
  NotifiedIncident,
} from "../../../../../collector/alerting/notification.ts";
import { toPagerDutyEvent } from "../../../../../collector/alerting/sinks/pagerduty/to-event.ts";
import {
  HOSTILE_INCIDENT,
  SAMPLE,
  SAMPLE_INCIDENT,
  sampleOf,
  UNSEEN,
} from "../support/sample-notification.ts";
import { textsIn } from "../support/texts-in.ts";
import { pagerDutyEventSchema } from "./pagerduty-demands.ts";

const KEY = "0123456789abcdef".repeat(2);
const ACTIONS: readonly NotificationAction[] = ["trigger", "update", "acknowledge", "resolve"];
/** Of a tenant that nothing is known of but that. */
const BARE_INCIDENT: NotifiedIncident = {
  ...SAMPLE_INCIDENT,
  severity: "medium",
  technique: null,
  evidence: null,
  job: {},
  responses: [],
  links: { ...SAMPLE_INCIDENT.links, job: null },
};

describe("what PagerDuty is sent", () => {
  test.each([
    ...ACTIONS.map((action) => [action, sampleOf(action)] as const),
    ["bare", { ...SAMPLE, incident: BARE_INCIDENT }] as const,
    ["hostile", { ...SAMPLE, incident: HOSTILE_INCIDENT }] as const,
  ])("%s", async (name, notification) => {
    const event = toPagerDutyEvent(notification, KEY);

    expect(pagerDutyEventSchema.safeParse(event).error).toBeUndefined();
    await expect(`${JSON.stringify(event, null, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
  });
});

test.each([
  ["critical", "critical"],
  ["high", "error"],
  ["medium", "warning"],
  ["low", "info"],
  ["info", "info"],
  ["none that there is", "error"],
])("severity %s is %s there", (severity, expected) => {
  const notification = { ...SAMPLE, incident: { ...SAMPLE_INCIDENT, severity } };

  expect(toPagerDutyEvent(notification, KEY).payload?.severity).toBe(expected);
});

test("each event of an incident has the same key", () => {
  const keys = ACTIONS.map((action) => toPagerDutyEvent({ ...SAMPLE, action }, KEY).dedup_key);

  expect(new Set(keys)).toEqual(new Set([SAMPLE_INCIDENT.id]));
});

test("of anybody's text nothing is unseen, and it is small", () => {
  const event = toPagerDutyEvent({ ...SAMPLE, incident: HOSTILE_INCIDENT }, KEY);

  expect(textsIn(event).filter((text) => UNSEEN.test(text))).toEqual([]);
  expect(JSON.stringify(event).length).toBeLessThan(32_768);
});

test("a link that leads to no web page is left out", () => {
  const links = { ...SAMPLE_INCIDENT.links, job: "javascript:alert(1)", run: "no address" };
  const event = toPagerDutyEvent({ ...SAMPLE, incident: { ...SAMPLE_INCIDENT, links } }, KEY);

  expect(event.links?.map(({ text }) => text)).toEqual(["incident", "runbook"]);
});
