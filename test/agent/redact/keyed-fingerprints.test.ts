import { randomBytes } from "node:crypto";

import { expect, test } from "vitest";

import { createRedaction, type RedactionOptions } from "../../../agent/redact/redaction.ts";

const SECRET = "hunter2secret";
const KEY = randomBytes(32);

function start(options: RedactionOptions = {}) {
  const redaction = createRedaction(options);
  redaction.addValue(SECRET, "A");
  return { redaction, mark: () => redaction.redactText(SECRET) };
}

test("two redactions that were given a key while they were at work have the same fingerprints from then on", () => {
  const [one, other] = [start(), start()];
  const before = one.mark();
  expect(other.mark()).not.toBe(before);
  one.redaction.keyFingerprints(KEY);
  other.redaction.keyFingerprints(KEY);

  expect(one.mark()).toBe(other.mark());
  expect(one.mark()).not.toBe(before);
});

test("the key that was there first stays", () => {
  const own = start({ fingerprintKey: KEY });
  const given = start();
  given.redaction.keyFingerprints(KEY);
  for (const { redaction } of [own, given]) redaction.keyFingerprints(randomBytes(32));

  expect(own.mark()).toBe(given.mark());
});

test("a value that is refused again counts once, whatever the key is by then", () => {
  const { redaction } = start();
  redaction.addValue("x", "B");
  redaction.keyFingerprints(KEY);
  redaction.addValue("x", "B");

  expect(redaction.counts.refusedValues).toBe(1);
});
