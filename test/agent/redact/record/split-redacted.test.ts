import { isDeepStrictEqual } from "node:util";

import * as fc from "fast-check";
import { expect, test } from "vitest";

import { splitRedacted } from "../../../../agent/redact/record/split-redacted.ts";
import { MARK, SECRET } from "./fake-redaction.ts";

function redact(text: string): string {
  return text.replaceAll(SECRET, MARK).replaceAll("two words", MARK);
}

test.each([
  { parts: ["curl", "-u", `user:${SECRET}`], split: ["curl", "-u", `user:${MARK}`] },
  { parts: ["login", "--password", SECRET, "x"], split: ["login", "--password", MARK, "x"] },
  { parts: [SECRET, SECRET], split: [MARK, MARK] },
  { parts: ["", SECRET, "", "x"], split: ["", MARK, "", "x"] },
  { parts: [`${SECRET}${SECRET}x`], split: [`${MARK}${MARK}x`] },
  { parts: ["a", "two", "words", "b"], split: ["a", MARK, "", "b"] },
  { parts: [`has ${MARK}`, SECRET], split: [`has ${MARK}`, MARK] },
  { parts: ["no", "secret"], split: ["no", "secret"] },
  { parts: [""], split: [""] },
])("$parts", ({ parts, split }) => {
  expect(splitRedacted(parts, redact(parts.join(" ")))).toEqual(split);
});

const part = fc.array(fc.constantFrom("a", " ", "-", "two", " words", SECRET, MARK, "é"), {
  maxLength: 6,
});

test("as many come back as went in, the same where nothing was found, and nothing that was taken out", () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (made) => {
      const parts = made.map((pieces) => pieces.join(""));
      const redacted = redact(parts.join(" "));
      const split = splitRedacted(parts, redacted);

      expect(split).toHaveLength(parts.length);
      expect(split.join("")).not.toContain(SECRET);
      expect(redacted !== parts.join(" ") || isDeepStrictEqual(split, parts)).toBe(true);
      expect(split.join(" ").split(MARK)).toHaveLength(redacted.split(MARK).length);
    }),
  );
});

/** It is text of the job's that came out otherwise than expected: no border is found, and still nothing comes back. */
test("what does not fit what it is said to be made of is taken as it is", () => {
  expect(splitRedacted([SECRET, "x"], "quite something else").join("")).not.toContain(SECRET);
});
