import { expect, test } from "vitest";

import {
  parseWebhookSecret,
  signWebhook,
} from "../../../../../collector/alerting/sinks/webhook/sign-webhook.ts";

/** Of 24 bytes, which is the least. */
const SECRET = ["whsec", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"].join("_");

test("it is what libraries of Standard Webhooks say of the same secret, text and time", () => {
  // The example that their tests have in common: libraries/*/ of github.com/standard-webhooks/standard-webhooks.
  const key = parseWebhookSecret(SECRET);

  expect(
    signWebhook({
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      body: '{"test": 2432232314}',
      sentAtMs: 1_614_265_330_999,
      keys: key === undefined ? [] : [key],
    }),
  ).toEqual({
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  });
});

test("each secret signs, so that two are good while they change", () => {
  const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];

  expect(signaturesOf([one, other])).toBe(`${signaturesOf([one])} ${signaturesOf([other])}`);
});

test.each([
  ["without its prefix", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
  ["of 23 bytes", `whsec_${Buffer.alloc(23).toString("base64")}`],
  ["of 65 bytes", `whsec_${Buffer.alloc(65).toString("base64")}`],
  ["in no base64", `whsec_${"*".repeat(40)}`],
  ["of another kind", `whsk_${Buffer.alloc(32).toString("base64")}`],
  ["of two lines", `whsec_${Buffer.alloc(32).toString("base64")}\nx`],
  ["that is empty", ""],
])("a secret %s is none", (_, text) => {
  expect(parseWebhookSecret(text)).toBeUndefined();
});

function signaturesOf(keys: readonly Buffer[]): string {
  return signWebhook({ id: "d-1", body: "{}", sentAtMs: 0, keys })["webhook-signature"];
}
