import { expect, test } from "vitest";

import {
  parseFingerprintKey,
  withoutFingerprintKey,
} from "../../../../agent/commands/guarding/fingerprint-key.ts";
import { readInheritance } from "../../../../agent/job/inheritance.ts";

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
