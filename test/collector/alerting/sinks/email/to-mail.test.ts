import { array, assert, integer, property } from "fast-check";
import { expect, test } from "vitest";

import { emailSchema } from "../../../../../collector/alerting/sinks/email/email-config.ts";
import { toMail } from "../../../../../collector/alerting/sinks/email/to-mail.ts";
import { HOSTILE_INCIDENT, SAMPLE, sampleOf } from "../support/sample-notification.ts";

const CONFIG = emailSchema.parse({
  type: "email",
  host: "mail.acme.example",
  from: "guard@acme.example",
  to: ["oncall@acme.example"],
});
const THREAD = { messageId: "<first@acme.example>", subject: "[Runner Guard] a page" };
const ticket = { ...SAMPLE.incident, urgency: "ticket" as const, responses: [], evidence: null };

test.each([
  ["trigger", SAMPLE, undefined],
  ["resolve", sampleOf("resolve"), THREAD],
  ["ticket", { ...SAMPLE, incident: ticket }, undefined],
  ["hostile", { ...SAMPLE, incident: HOSTILE_INCIDENT }, undefined],
])("%s is told so", async (name, notification, thread) => {
  const { text, html, ...head } = toMail(notification, CONFIG, thread);

  await expect(`${JSON.stringify(head, undefined, 2)}\n`).toMatchFileSnapshot(
    `golden/${name}.json`,
  );
  await expect(text).toMatchFileSnapshot(`golden/${name}.txt`);
  await expect(html).toMatchFileSnapshot(`golden/${name}.html`);
});

/** Half characters as well. */
const anything = array(integer({ min: 0, max: 0xffff }), { maxLength: 250 }).map((units) =>
  String.fromCharCode(...units),
);

test("whatever a job calls itself, headers are single lines, and hold little of it", () => {
  assert(
    property(anything, anything, anything, anything, (id, rule, tenant, repository) => {
      const job = { ...SAMPLE.incident.job, repository };
      const incident = { ...SAMPLE.incident, id, rule, tenant, job };
      const mail = toMail({ ...SAMPLE, deliveryId: id, incident }, CONFIG, undefined);
      const tokens = Object.values(mail.headers).filter((value) => !value.includes("<"));

      expect(mail.messageId).toMatch(/^<[A-Za-z0-9_-]{0,128}@acme\.example>$/);
      expect(tokens.filter((value) => !/^[A-Za-z0-9._:-]{0,128}$/.test(value))).toEqual([]);
      expect(mail.subject).toMatch(/^\P{Cc}{1,160}$/u);
    }),
  );
});
