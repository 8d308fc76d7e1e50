import { array, assert, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";

import {
  type MessageOptions,
  toSyslogMessage,
} from "../../../../../collector/alerting/sinks/syslog/to-message.ts";
import {
  HOSTILE_INCIDENT,
  SAMPLE,
  SAMPLE_INCIDENT,
  sampleOf,
  UNSEEN,
} from "../support/sample-notification.ts";
import { parseSyslog } from "./parse-syslog.ts";

const OPTIONS: MessageOptions = {
  facility: 13,
  hostname: "collector-1",
  content: "text",
  enterprise: 32_473,
  maxBytes: 8_192,
};
const hostile = { ...SAMPLE, incident: HOSTILE_INCIDENT };

test("a notification is a message with its facts as structured data", () => {
  expect(toSyslogMessage(SAMPLE, OPTIONS).toString()).toBe(
    `<106>1 2026-03-01T12:00:30.000Z collector-1 runner-guard-collector - trigger [runnerGuard@32473 incident="${SAMPLE_INCIDENT.id}" delivery="d-000000000001" severity="critical" urgency="page" tenant="acme" rule="runner-memory-read" url="${SAMPLE_INCIDENT.links.incident}" run="${SAMPLE_INCIDENT.lastRunId}" repository="acme/app" workflow=".github/workflows/release.yml" job="publish"] critical runner-memory-read in acme/app, new: python3 reads the memory of Runner.Worker by /proc/PID/mem`,
  );
});

test.each([
  ["acknowledge", "acknowledged by anna (responder): looks at the runner: python3 reads"],
  ["resolve", "resolved by anna (responder): a test of ours: python3 reads"],
] as const)("who has said %s is told", (action, text) => {
  expect(toSyslogMessage(sampleOf(action), OPTIONS).toString()).toContain(
    `critical runner-memory-read in acme/app, ${text}`,
  );
});

test("what is over by itself says why", () => {
  const incident = { ...SAMPLE_INCIDENT, resolution: "age" as const };

  expect(toSyslogMessage({ ...SAMPLE, action: "resolve", incident }, OPTIONS).toString()).toContain(
    "resolved by itself: none came for long: python3",
  );
});

test.each([
  ["critical", "trigger", 2],
  ["high", "update", 3],
  ["medium", "trigger", 4],
  ["critical", "acknowledge", 5],
  ["critical", "resolve", 5],
] as const)("%s, %s is of severity %i", (severity, action, expected) => {
  const incident = { ...SAMPLE_INCIDENT, severity };
  const message = parseSyslog(toSyslogMessage({ ...SAMPLE, action, incident }, OPTIONS));

  expect(message).toMatchObject({ facility: 13, severity: expected, kind: action });
});

describe.each(["text", "ecs", "ocsf"] as const)("with %s", (content) => {
  test.each([2_048, 4_096, 8_192, 65_536])(
    "a hostile message stays within %i bytes, and is one",
    (maxBytes) => {
      const bytes = toSyslogMessage(hostile, { ...OPTIONS, content, maxBytes });

      expect(bytes.length).toBeLessThanOrEqual(maxBytes);
      const { text, parameters } = parseSyslog(bytes);
      expect([text, ...Object.values(parameters)].filter((one) => UNSEEN.test(one))).toEqual([]);
      expect(parameters["incident"]).toBe(HOSTILE_INCIDENT.id);
    },
  );
});

test("brackets, quotes and backslashes end nothing", () => {
  const job = { ...SAMPLE_INCIDENT.job, repository: 'a"] [evil@1 x="\\' };
  const incident = { ...SAMPLE_INCIDENT, job, message: "ünïcode" };

  expect(parseSyslog(toSyslogMessage({ ...SAMPLE, incident }, OPTIONS))).toMatchObject({
    element: "runnerGuard@32473",
    parameters: { repository: job.repository },
    text: expect.stringMatching(/: ünïcode$/),
  });
});

test("a record that has room is whole", () => {
  const { text } = parseSyslog(toSyslogMessage(SAMPLE, { ...OPTIONS, content: "ocsf" }));

  expect(JSON.parse(text)).toMatchObject({ class_uid: 2_004 });
});

/** Half characters as well. */
const anything = array(integer({ min: 0, max: 0xffff }), { maxLength: 250 }).map((units) =>
  String.fromCharCode(...units),
);

test("whatever is in it, it is one message of the length that is allowed", () => {
  assert(
    property(
      anything,
      anything,
      anything,
      integer({ min: 2_048, max: 4_096 }),
      (message, rule, repository, maxBytes) => {
        const job = { ...SAMPLE_INCIDENT.job, repository };
        const incident = { ...SAMPLE_INCIDENT, message, rule, job };
        const bytes = toSyslogMessage({ ...SAMPLE, incident }, { ...OPTIONS, maxBytes });
        const { parameters, text } = parseSyslog(bytes);

        expect(bytes.length).toBeLessThanOrEqual(maxBytes);
        expect(parameters["tenant"]).toBe("acme");
        expect(UNSEEN.test(text)).toBe(false);
      },
    ),
  );
});
