import { createHmac } from "node:crypto";

import { expect, test } from "vitest";

import { createFingerprint } from "../../../agent/redact/fingerprint.ts";

test.each([0, 1, 32, 64, 65, 200])(
  "a fingerprint is an HMAC-SHA256 with a key of %i bytes",
  (keyBytes) => {
    const key = Buffer.alloc(keyBytes, "key");
    const fingerprint = createFingerprint(key);

    for (const secret of ["", "a", "correct horse battery staple", "long ".repeat(100)]) {
      const whole = createHmac("sha256", key).update(secret).digest("hex");

      expect(fingerprint(Buffer.from(secret))).toBe(whole.slice(0, 16));
    }
  },
);

test("fingerprints without a key are comparable with one another alone", () => {
  const secret = Buffer.from("correct horse battery staple");
  const fingerprint = createFingerprint();

  expect(fingerprint(secret)).toBe(fingerprint(secret));
  expect(fingerprint(secret)).not.toBe(createFingerprint()(secret));
});
