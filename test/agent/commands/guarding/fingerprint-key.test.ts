import { expect, test } from "vitest";

import {
  parseFingerprintKey,
  takeFingerprintKey,
  withoutFingerprintKey,
} from "../../../../agent/commands/guarding/fingerprint-key.ts";
import { readInheritance } from "../../../../agent/job/inheritance.ts";
import { createRedaction } from "../../../../agent/redact/redaction.ts";

test("a key is the bytes of its text", () => {
  expect(parseFingerprintKey("0123456789abcdef")).toEqual(Buffer.from("0123456789abcdef"));
});

test.each([undefined, ""])("%j is no key", (text) => {
  expect(parseFingerprintKey(text)).toBeUndefined();
});

test("a key that can be guessed is refused, and not shown", () => {
  expect(() => parseFingerprintKey("sesame")).toThrow(
    /^RUNNER_GUARD_FINGERPRINT_KEY has 6 bytes: (?!.*sesame)/,
  );
});

test("the command does not get the key, and all else as it was", () => {
  const environment = ["A=1", "RUNNER_GUARD_FINGERPRINT_KEY=0123456789abcdef", "A=1"];
  const inheritance = {
    ...readInheritance({}),
    environment: environment.map((entry) => Buffer.from(entry)),
  };

  expect(withoutFingerprintKey(inheritance)).toEqual({
    ...inheritance,
    environment: [Buffer.from("A=1"), Buffer.from("A=1")],
  });
});

test("the key that a collector gave is masked as any secret is", () => {
  const redaction = createRedaction();
  const key = Buffer.from(Array.from({ length: 32 }, (_, index) => (index * 37) % 251));
  takeFingerprintKey(redaction, { fingerprintKey: key.toString("hex") });

  for (const encoding of ["hex", "base64"] as const) {
    expect(redaction.redactText(`key ${key.toString(encoding)}`)).toMatch(
      /^key \[redacted:known-value:\w+\]=?$/,
    );
  }
});
