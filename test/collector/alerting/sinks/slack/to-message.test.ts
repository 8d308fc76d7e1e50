import { describe, expect, test } from "vitest";

import type {
  NotificationAction,
  NotifiedIncident,
} from "../../../../../collector/alerting/notification.ts";
import {
  toSlackMessage,
  toSlackReply,
} from "../../../../../collector/alerting/sinks/slack/to-message.ts";
import {
  HOSTILE,
  HOSTILE_INCIDENT,
  SAMPLE,
  SAMPLE_INCIDENT,
  sampleOf,
  UNSEEN,
} from "../support/sample-notification.ts";
import { textsIn } from "../support/texts-in.ts";
import { hasDeadTextAlone, messageSchema } from "./slack-demands.ts";

const ACTIONS: readonly NotificationAction[] = ["trigger", "update", "acknowledge", "resolve"];
const CASES = [
  ...ACTIONS.map((action) => [action, sampleOf(action)] as const),
  ["hostile", { ...SAMPLE, incident: HOSTILE_INCIDENT }] as const,
];

describe("what a channel is sent", () => {
  test.each(CASES)("%s", async (name, notification) => {
    const message = toSlackMessage(notification);

    expect(messageSchema.safeParse(message).error).toBeUndefined();
    await expect(`${JSON.stringify(message, null, 2)}\n`).toMatchFileSnapshot(
      `golden/${name}.json`,
    );
  });
});

describe("what a thread is sent", () => {
  test.each(CASES)("%s", async (name, notification) => {
    const message = toSlackReply(notification);

    expect(messageSchema.safeParse(message).error).toBeUndefined();
    await expect(`${JSON.stringify(message, null, 2)}\n`).toMatchFileSnapshot(
      `golden/${name}-reply.json`,
    );
  });
});

test.each([
  ["a mention of all", "<!channel>"],
  ["a mention of one", "<@U123>"],
  ["a link", "<https://evil.example|our site>"],
  ["markup", "*bold* _italic_ ~gone~ `code`"],
  ["a block of code", "```\nblock"],
  ["an escaped mention", "&lt;!here&gt;"],
  ["an emoji", ":tada:"],
  ["many backticks", "`".repeat(4_000)],
  ["many that grow", "<".repeat(4_000)],
  ["nothing", ""],
  ["a space", " "],
])("%s does nothing, whichever text of an incident it is", (_, text) => {
  const message = toSlackMessage({ ...SAMPLE, incident: incidentOf(text) });

  expect(messageSchema.safeParse(message).error).toBeUndefined();
});

test("of anybody's text nothing is unseen", () => {
  const messages = [toSlackMessage, toSlackReply].map((build) =>
    build({ ...SAMPLE, incident: HOSTILE_INCIDENT }),
  );
  const lines = textsIn(messages).flatMap((text) => text.split("\n"));

  expect(lines.filter((line) => UNSEEN.test(line))).toEqual([]);
});

test("the strict reader of markup finds what does something", () => {
  const deeds = ["<!channel>", "<@U1>", "a & b", "<https://a.example|x> *x* y", "`open", "_x_"];

  expect(deeds.filter(hasDeadTextAlone)).toEqual([]);
});

function incidentOf(text: string): NotifiedIncident {
  return {
    ...SAMPLE_INCIDENT,
    rule: text,
    technique: text,
    message: text,
    evidence: { [text]: text, list: [text, HOSTILE] },
    job: { repository: text, workflow: text, job: text, ref: text, sha: text, actor: text },
    responses: [text, text],
    firstSeen: text,
    lastSeen: text,
  };
}
