import { expect, test } from "vitest";

import { emailSchema } from "../../../../../collector/alerting/sinks/email/email-config.ts";
import { toMail } from "../../../../../collector/alerting/sinks/email/to-mail.ts";
import { HOSTILE_INCIDENT, SAMPLE } from "../support/sample-notification.ts";

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
  ["resolve", { ...SAMPLE, action: "resolve" as const }, THREAD],
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
