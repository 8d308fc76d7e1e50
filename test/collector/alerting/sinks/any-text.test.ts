import * as fc from "fast-check";
import { expect, test } from "vitest";

import type { Notification } from "../../../../collector/alerting/notification.ts";
import { toPagerDutyEvent } from "../../../../collector/alerting/sinks/pagerduty/to-event.ts";
import {
  toSlackMessage,
  toSlackReply,
} from "../../../../collector/alerting/sinks/slack/to-message.ts";
import { toTeamsMessage } from "../../../../collector/alerting/sinks/teams/to-card.ts";
import { toCloudEvent } from "../../../../collector/alerting/sinks/webhook/to-cloud-event.ts";
import { pagerDutyEventSchema } from "./pagerduty/pagerduty-demands.ts";
import { messageSchema } from "./slack/slack-demands.ts";
import { SAMPLE_INCIDENT, UNSEEN } from "./support/sample-notification.ts";
import { textsIn } from "./support/texts-in.ts";
import { MAX_MESSAGE_BYTES, teamsMessageSchema } from "./teams/teams-demands.ts";
import { cloudEventSchema } from "./webhook/cloud-event-demands.ts";

/** What some reader or other makes something of, in any order, and as much of it as no bound expects. */
const PIECES =
  '<!channel>|<@U1>|*|_|~|`|```|&|&lt;|<|>|[x](y)|{{DATE(2026-01-01T00:00:00Z)}}|{{|\\|"|\n|\r|\t|\0|\u001b[31m|\u00a0|\u3000|\u202e|\u2066|\u200b|\ud83d\ude00|\ud83d|\ude00|e\u0301|\u0301|\ufeff|\u2028|a|b c|:tada:| ';
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...PIECES.split("|"), "|"), maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom(...PIECES.split("|")).map((piece) => piece.repeat(3_000)),
);
const name = fc.option(text, { nil: undefined });

const answerable = fc.option(
  fc.record({ by: text, token: text, owner: text, reason: text, at: text }),
);

const notification: fc.Arbitrary<Notification> = fc.record({
  deliveryId: fc.constant("d-1"),
  action: fc.constantFrom("trigger", "update", "acknowledge", "resolve"),
  at: fc.constant(0),
  incident: fc.record({
    id: fc.constant(SAMPLE_INCIDENT.id),
    tenant: fc.constant("acme"),
    urgency: fc.constantFrom("page", "ticket"),
    severity: fc.constantFrom("info", "low", "medium", "high", "critical"),
    rule: text,
    technique: fc.option(text),
    message: text,
    evidence: fc.option(
      fc.dictionary(text, fc.oneof(text, fc.array(text, { maxLength: 2 }), fc.integer()), {
        maxKeys: 4,
      }),
    ),
    job: fc.record({
      provider: name,
      repository: name,
      workflow: name,
      job: name,
      ref: name,
      sha: name,
      actor: name,
      runId: name,
    }),
    firstRunId: text,
    lastRunId: text,
    runs: fc.nat(),
    findings: fc.nat(),
    occurrences: fc.nat(),
    firstSeen: text,
    lastSeen: text,
    responses: fc.array(text, { maxLength: 3 }),
    acknowledged: answerable,
    resolution: fc.constantFrom(null, "findings", "operator", "age"),
    resolvedBy: answerable,
    links: fc.record({
      incident: fc.constant("https://guard.example/v1/incidents/1"),
      run: text.map((part) => `https://guard.example/v1/runs/${part}`),
      runbook: text,
      job: fc.option(text.map((part) => `https://ci.example/${part}`)),
      earlier: fc.constantFrom(null, "https://guard.example/v1/incidents/0"),
    }),
  }),
});

test("whatever a job calls itself, no vendor has a reason to refuse its alert", () => {
  fc.assert(
    fc.property(notification, (given) => {
      const [event, message, reply, card] = [
        toPagerDutyEvent(given, "0".repeat(32)),
        toSlackMessage(given),
        toSlackReply(given),
        toTeamsMessage(given),
      ];

      expect(pagerDutyEventSchema.safeParse(event).error).toBeUndefined();
      expect(messageSchema.safeParse(message).error).toBeUndefined();
      expect(messageSchema.safeParse(reply).error).toBeUndefined();
      expect(teamsMessageSchema.safeParse(card).error).toBeUndefined();
      expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThan(MAX_MESSAGE_BYTES);
      const lines = textsIn([event, message, reply, card]).flatMap((one) => one.split("\n"));
      expect(lines.filter((line) => UNSEEN.test(line))).toEqual([]);
    }),
  );
});

test("nor has a program that reads events", () => {
  fc.assert(
    fc.property(notification, (given) => {
      const event = toCloudEvent(given, "https://guard.example");

      expect(cloudEventSchema.safeParse(event).error).toBeUndefined();
      expect(textsIn(event).filter((one) => !one.isWellFormed())).toEqual([]);
    }),
  );
});
