import { describe, expect, test } from "vitest";

import type { NotificationAction } from "../../../../../collector/alerting/notification.ts";
import { toTeamsMessage } from "../../../../../collector/alerting/sinks/teams/to-card.ts";
import {
  HOSTILE_INCIDENT,
  SAMPLE,
  SAMPLE_INCIDENT,
  sampleOf,
  UNSEEN,
} from "../support/sample-notification.ts";
import { textsIn } from "../support/texts-in.ts";
import { MAX_MESSAGE_BYTES, teamsMessageSchema } from "./teams-demands.ts";

const ACTIONS: readonly NotificationAction[] = ["trigger", "update", "acknowledge", "resolve"];

describe("what a workflow is sent", () => {
  test.each([
    ...ACTIONS.map((action) => [action, sampleOf(action)] as const),
    ["hostile", { ...SAMPLE, incident: HOSTILE_INCIDENT }] as const,
  ])("%s", async (name, notification) => {
    const message = toTeamsMessage(notification);

    expect(teamsMessageSchema.safeParse(message).error).toBeUndefined();
    await expect(`${JSON.stringify(message, null, 2)}\n`).toMatchFileSnapshot(
      `golden/${name}.json`,
    );
  });
});

test("it is well below what Teams takes, whatever stands in it", () => {
  const long = "\u{1f4a5}".repeat(100_000);
  const incident = {
    ...HOSTILE_INCIDENT,
    message: long,
    evidence: Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`${index}${long}`, long]),
    ),
    responses: Array.from({ length: 50 }, () => long),
  };

  const message = toTeamsMessage({ ...SAMPLE, incident });

  expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(0.75 * MAX_MESSAGE_BYTES);
  expect(textsIn(message)).toContain("There is more of it in the collector.");
  expect(teamsMessageSchema.safeParse(message).error).toBeUndefined();
});

test("a whole one says nothing of more", () => {
  expect(textsIn(toTeamsMessage(SAMPLE))).not.toContain("There is more of it in the collector.");
});

test.each(["{{DATE(2026-01-01T00:00:00Z,SHORT)}}", "{{{{TIME(x)}}", "", " "])(
  "%j is text",
  (text) => {
    const incident = { ...SAMPLE_INCIDENT, message: text, evidence: { [text]: text } };

    const message = toTeamsMessage({ ...SAMPLE, incident });

    expect(teamsMessageSchema.safeParse(message).error).toBeUndefined();
  },
);

test("of anybody's text nothing is unseen", () => {
  const message = toTeamsMessage({ ...SAMPLE, incident: HOSTILE_INCIDENT });

  expect(textsIn(message).filter((text) => UNSEEN.test(text))).toEqual([]);
});

test.each([
  ["trigger", "critical", "Attention"],
  ["trigger", "medium", "Warning"],
  ["update", "low", "Default"],
  ["resolve", "critical", "Good"],
] as const)("%s of %s is %s", (action, severity, color) => {
  const message = toTeamsMessage({ ...SAMPLE, action, incident: { ...SAMPLE_INCIDENT, severity } });

  expect(message.attachments[0].content.body[0]?.inlines[0]?.color).toBe(color);
});
