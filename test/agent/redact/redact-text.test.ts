import { createHash } from "node:crypto";

import { assert, property, string } from "fast-check";
import { describe, expect, test } from "vitest";

import type { Found } from "../../../agent/redact/found.ts";
import { createRedaction } from "../../../agent/redact/redaction.ts";

const VALUE = ["correct", "horse", "battery"].join("-");
const KEY = Buffer.alloc(32, 7);
const MARK = /\[redacted:known-value:[0-9a-f]{16}\]/;

function create() {
  const redaction = createRedaction({ fingerprintKey: KEY });
  redaction.addValue(VALUE, "NPM_TOKEN");
  return redaction;
}

function toHash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function redact(text: string, redaction = create()) {
  const found: Found[] = [];
  const shown = redaction.redactText(text, (one) => found.push(one));
  return { shown, found };
}

describe("a text", () => {
  test.each([
    ["in the middle", `a ${VALUE} b`, "a MARK b"],
    ["alone", VALUE, "MARK"],
    ["twice", `${VALUE}\n${VALUE}`, "MARK\nMARK"],
    ["behind letters of several bytes", `ä€😀 ${VALUE} ß`, "ä€😀 MARK ß"],
    ["with a colour in it", `x ${VALUE.slice(0, 9)}\u001B[31m${VALUE.slice(9)} y`, "x MARK y"],
    ["in base64", `x ${Buffer.from(VALUE).toString("base64")} y`, "x MARK y"],
    ["behind a lone surrogate, which no UTF-8 has", `\uD800 ${VALUE}`, "\uFFFD MARK"],
  ])("has a mark for a secret that stands %s", (_, text, shown) => {
    expect(redact(text).shown.replaceAll(new RegExp(MARK, "g"), "MARK")).toBe(shown);
  });

  test.each(["", "abc", "nothing to be found here", "\uD800 alone", "\u001B[31mred\u001B[0m"])(
    "%j comes back as it was",
    (text) => {
      expect(redact(text)).toEqual({ shown: text, found: [] });
    },
  );

  test("that was redacted is not redacted again", () => {
    const redaction = create();
    const { shown } = redact(`password=${VALUE} ${VALUE}`, redaction);

    expect(redact(shown, redaction)).toEqual({ shown, found: [] });
  });

  test("that declares values makes none of them known, since anybody can write it", () => {
    const redaction = create();
    redact("::add-mask::innocent-word\n", redaction);

    expect(redact("an innocent-word", redaction).shown).toBe("an innocent-word");
    expect(redaction.counts.values).toBe(1);
  });

  test("is searched with all of many values that have just become known", () => {
    const redaction = create();
    const values = Array.from({ length: 2_000 }, (_, index) => toHash(`${index}`));
    for (const value of values) redaction.addValue(value);

    expect(redact(`${values[0]} ${VALUE} ${values[1_999]}`, redaction).found).toHaveLength(3);
  });

  test("longer than what there was room for is searched to its end", () => {
    const before = "some words \n".repeat(100_000);
    const { shown, found } = redact(`${before}${VALUE}`);

    expect(shown.startsWith(before)).toBe(true);
    expect(shown.slice(before.length)).toMatch(new RegExp(`^${MARK.source}$`));
    expect(found.map(({ line, column }) => ({ line, column }))).toEqual([
      { line: 100_001, column: 1 },
    ]);
  });

  test("too long to be searched is not shown", () => {
    const { shown } = redact(`${VALUE}${"x".repeat(4_194_304 - VALUE.length)}y`);

    expect(shown).toBe("[redacted: 4194305 characters are too many to be searched for secrets]");
  });

  test("never shows a known value, whatever is around it", () => {
    const redaction = create();
    assert(
      property(string({ unit: "binary" }), string({ unit: "binary" }), (before, after) => {
        const { shown } = redact(`${before}${VALUE}${after}`, redaction);

        expect(shown).not.toContain(VALUE);
      }),
    );
  });
});

describe("what is told of a secret", () => {
  test("is where it stands, and nothing of it", () => {
    const { shown, found } = redact(`first\nä ${VALUE}\n`);
    const [fingerprint] = /[0-9a-f]{16}/.exec(shown) ?? [];

    expect(found).toEqual([
      {
        rule: "known-value",
        fingerprint,
        encodings: [],
        confidence: "certain",
        source: "NPM_TOKEN",
        line: 2,
        column: 4,
      },
    ]);
  });

  test("has the same fingerprint in each of its encodings", () => {
    const { found } = redact(`${VALUE} ${Buffer.from(VALUE).toString("hex")}`);

    expect(found.map(({ encodings }) => encodings)).toEqual([[], ["hex"]]);
    expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(1);
  });

  test("is found in each of thousands of lines that are escaped, and are run by run encoded", () => {
    const escaped = Array.from(VALUE, (letter) => `%${letter.charCodeAt(0).toString(16)}`).join("");
    const lines = [escaped, Buffer.from(`${VALUE} of a log`).toString("base64")];

    for (const line of lines) {
      const { found } = redact(`${line} .\n`.repeat(5000));
      expect(found).toHaveLength(5000);
    }
  });

  test("is counted", () => {
    const redaction = create();
    redact(`${VALUE} and ${VALUE}`, redaction);

    expect(redaction.counts).toEqual({ redacted: 2, values: 1, refusedValues: 0, notDecoded: 0 });
  });

  test("is counted once where it cannot be masked, however often it is given", () => {
    const redaction = create();
    for (const value of ["abc", "abc", "true", "abd"]) redaction.addValue(value);

    expect(redaction.counts.refusedValues).toBe(3);
  });
});
