import { describe, expect, test } from "vitest";

import type { NotificationAction } from "../../../../../collector/alerting/notification.ts";
import { toRecord } from "../../../../../collector/alerting/sinks/siem/to-record.ts";
import { listEcsFaults } from "../../../export/ecs-faults.ts";
import { listOcsfFaults } from "../../../export/ocsf-faults.ts";
import {
  HOSTILE_INCIDENT,
  SAMPLE,
  SAMPLE_INCIDENT,
  sampleOf,
} from "../support/sample-notification.ts";

const ACTIONS = ["trigger", "update", "acknowledge", "resolve"] as const;
const hostile = { ...SAMPLE, incident: HOSTILE_INCIDENT };

describe.each(ACTIONS)("%s", (action) => {
  test("has what ECS has fields for, and nothing else", () => {
    expect(listEcsFaults(toRecord(sampleOf(action), "ecs"))).toEqual([]);
    expect(listEcsFaults(toRecord({ ...hostile, action }, "ecs"))).toEqual([]);
  });

  test("has what OCSF has attributes for, and nothing else", () => {
    expect(listOcsfFaults(toRecord(sampleOf(action), "ocsf"))).toEqual([]);
    expect(listOcsfFaults(toRecord({ ...hostile, action }, "ocsf"))).toEqual([]);
  });
});

test("in ECS it is an alert that leads to the incident and its runbook", () => {
  expect(toRecord(SAMPLE, "ecs")).toMatchObject({
    "@timestamp": "2026-03-01T12:00:30.000Z",
    message: SAMPLE_INCIDENT.message,
    event: {
      kind: "alert",
      id: SAMPLE.deliveryId,
      severity: 99,
      dataset: "runner_guard.alert",
      url: SAMPLE_INCIDENT.links.incident,
      reference: SAMPLE_INCIDENT.links.runbook,
    },
    rule: { id: "runner-memory-read" },
    threat: { technique: { id: ["T1003"], subtechnique: { id: ["T1003.007"] } } },
    organization: { id: "acme" },
    labels: { repository: "acme/app", job: "publish" },
    runner_guard: {
      incident: { id: SAMPLE_INCIDENT.id, action: "trigger", urgency: "page" },
      evidence: { json: JSON.stringify(SAMPLE_INCIDENT.evidence) },
    },
  });
});

test.each<[NotificationAction, object]>([
  ["trigger", { activity_id: 1, type_uid: 200_401, status_id: 1 }],
  ["update", { activity_id: 2, type_uid: 200_402, status_id: 1 }],
  ["acknowledge", { activity_id: 2, type_uid: 200_402, status_id: 2 }],
  ["resolve", { activity_id: 3, type_uid: 200_403, status_id: 4 }],
])("in OCSF %s says how the finding stands", (action, expected) => {
  expect(toRecord({ ...SAMPLE, action }, "ocsf")).toMatchObject({
    ...expected,
    class_uid: 2_004,
    severity_id: 5,
    finding_info: { uid: SAMPLE_INCIDENT.id, src_url: SAMPLE_INCIDENT.links.incident },
  });
});

test.each(["ecs", "ocsf"] as const)(
  "hostile text in %s is whole characters, few, and no names",
  (format) => {
    const text = JSON.stringify(toRecord(hostile, format));

    // Half a character would be written as an escape.
    expect(/(?<!\\)\\ud[89a-f]/i.test(text)).toBe(false);
    expect(text.length).toBeLessThan(65_536);
    expect(text.includes('"member 7":')).toBe(false);
  },
);

test.each(["ecs", "ocsf"] as const)("a record of %s is told so", async (format) => {
  for (const action of ["trigger", "resolve"] as const) {
    const record = toRecord(sampleOf(action), format);
    const text = `${JSON.stringify(record, undefined, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`golden/${format}-${action}.json`);
  }
});
