import { assert, integer, property, record, string, stringMatching, uint8Array } from "fast-check";
import { describe, expect, it } from "vitest";

import { encodeValue } from "./encoded-forms.ts";
import { createTrial } from "./naive-windows.ts";

const VALUE = "q7Xm-2vRk_9tLw0Zp8Ys";
const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("a known value", () => {
  it("is found as it is, with where it is from", () => {
    const trial = createTrial();
    expect(trial.add(VALUE, "NPM_TOKEN")).toBe("added");
    expect(trial.search(`token=${VALUE};`).finds).toEqual([
      {
        rule: "known-value",
        start: 6,
        end: 26,
        secret: Buffer.from(VALUE),
        encodings: [],
        confidence: "certain",
        source: "NPM_TOKEN",
      },
    ]);
  });

  it("is told once for each place where it stands", () => {
    const trial = createTrial(VALUE);
    expect(trial.search(`${VALUE} ${VALUE}\n${VALUE}${VALUE}`).finds).toHaveLength(4);
  });

  it.each([
    { name: "base64", text: base64(VALUE), encodings: ["base64"] },
    { name: "URL", text: encodeURIComponent("p+q/r=s&t u"), encodings: ["url"] },
    { name: "two encodings", text: base64(base64(VALUE)), encodings: ["base64", "base64"] },
    {
      name: "a wrapped one",
      text: base64(VALUE).replace(/.{12}/, "$&\n"),
      encodings: ["split", "base64"],
    },
    { name: "upper case", text: VALUE.toUpperCase(), encodings: ["upper-case"] },
  ])("tells how it was encoded: $name", ({ text, encodings }) => {
    const trial = createTrial(VALUE, "p+q/r=s&t u");
    expect(trial.search(`x ${text} y`).finds).toMatchObject([{ encodings }]);
  });

  it("is found in every encoding, wherever it stands, and all of it is masked", () => {
    const around = uint8Array({ maxLength: 20 });
    assert(
      property(
        record({
          value: string({ minLength: 16, maxLength: 60, unit: "grapheme" }),
          before: around,
          after: around,
          nth: integer({ min: 0, max: 999 }),
        }),
        ({ value, before, after, nth }) => {
          const trial = createTrial();
          if (trial.add(value) !== "added") return;
          const forms = encodeValue(
            Buffer.from(value.replaceAll(/^[ \t\r\n]+|[ \t\r\n]+$/g, "")),
            Infinity,
          );
          const form = Buffer.from(forms[nth % forms.length]?.bytes ?? "", "latin1");
          const { finds } = trial.search(
            Buffer.concat([before, Buffer.of(0x1f), form, Buffer.of(0x1f), after]),
          );
          const start = before.length + 1;
          const isFound = finds.some(
            (find) => find.start <= start && find.end >= start + form.length,
          );
          expect({ form: form.toString("latin1"), isFound }).toMatchObject({ isFound: true });
        },
      ),
    );
  });

  it("is found in base64 at every alignment, with the characters that hold some of its bits", () => {
    assert(
      property(
        record({
          value: stringMatching(/^[!-~]{8,40}$/),
          before: stringMatching(/^[!-~]{0,5}$/),
          after: stringMatching(/^[!-~]{0,5}$/),
        }),
        ({ value, before, after }) => {
          const trial = createTrial();
          if (trial.add(value) !== "added") return;
          for (const alphabet of ["base64", "base64url"] as const) {
            const encoded = Buffer.from(before + value + after).toString(alphabet);
            const masked = trial.mask(encoded);
            const first = Math.floor((8 * before.length) / 6);
            const last = Math.ceil((8 * (before.length + value.length)) / 6);
            expect(masked).toBe(`${encoded.slice(0, first)}***${encoded.slice(last)}`);
          }
        },
      ),
    );
  });

  it("is found with one line break anywhere in an encoding of 16 bytes or more", () => {
    const breaks = ["\n", "\r\n", "\n    ", "\\\n", "=\r\n", "\n\t\t"];
    const value = "w0rd & Passw0rd/Kx_9";
    const trial = createTrial(value);
    const missed: string[] = [];
    for (const { bytes, kind } of encodeValue(Buffer.from(value), Infinity)) {
      if (bytes.length < 16 || kind.encodings[0] === "utf-16") continue;
      for (let at = 1; at < bytes.length; at++) {
        for (const lineBreak of breaks) {
          // Of two backslashes nobody can tell which one is the break's.
          if (lineBreak.startsWith("\\") && bytes.slice(at - 1, at + 1).includes("\\")) continue;
          const split = `>${bytes.slice(0, at)}${lineBreak}${bytes.slice(at)}<`;
          const text = Buffer.from(split, "latin1");
          const { finds } = trial.search(text);
          // Nobody waits for what follows less of a value than that.
          const from = at < 4 ? 1 + at + lineBreak.length : 1;
          const isFound = finds.some(({ start, end }) => start <= from && end >= text.length - 1);
          if (!isFound) missed.push(split);
        }
      }
    }
    expect(missed).toEqual([]);
  });

  it.each([12, 13, 16, 20, 64, 76])("is found in lines of %i characters", (width) => {
    const value = "fX3kP9vQ7mZ2tR8wL5nB4cJ6hD1gS0yT-uVaEoIqWxKzMjNbHpGlFrCdY";
    const trial = createTrial(value);
    const fold = (text: string): string =>
      text.replaceAll(new RegExp(`.{${width}}`, "g"), "$&\n  ");
    for (const before of ["", "a", "ab", "abc", "abcdefgh"]) {
      expect(trial.mask(fold(before + value)).replaceAll(/\s/g, "")).toBe(`${before}***`);
    }
    if (width < 16) return;
    for (const before of ["", "abc", "abcdef"]) {
      expect(trial.mask(fold(base64(before + value)))).toContain("***");
      expect(trial.mask(fold(Buffer.from(before + value).toString("hex")))).toContain("***");
    }
  });

  it("of several lines is found by each of them, but not by a fence or a short one", () => {
    const key = [
      "-----BEGIN PRIVATE KEY-----",
      "MIIfirstLineOfTheKey+/",
      "  second/Line+Of=It",
      "}",
      "-----END PRIVATE KEY-----",
    ].join("\n");
    const trial = createTrial(key);
    expect(trial.mask("x MIIfirstLineOfTheKey+/ y")).toBe("x *** y");
    expect(trial.mask("second/Line+Of=It")).toBe("***");
    expect(trial.mask("-----BEGIN PRIVATE KEY-----\n}\n")).toBe("-----BEGIN PRIVATE KEY-----\n}\n");
    expect(trial.mask(`\n${key}\n`)).toBe("\n***\n");
    expect(trial.mask(`\n${key.replaceAll("\n", "\r\n")}\n`)).toBe("\n***\n");
    expect(trial.mask(`    ${key.replaceAll("\n", "\n    ")}\n`)).toBe("    ***\n");
  });

  it("is looked for without blanks and newlines around it", () => {
    const trial = createTrial(`\r\n  ${VALUE}\n\n`);
    expect(trial.add(VALUE)).toBe("known");
    expect(trial.mask(`x=${VALUE}.`)).toBe("x=***.");
    expect(trial.mask(base64(`${VALUE}\n`))).not.toContain(base64(VALUE).slice(4, 12));
  });

  it.each(["k9_Q", "hunter2", "a.b-c"])("of 4 to 7 bytes has to stand for itself: %s", (value) => {
    const trial = createTrial(value);
    expect(trial.mask(`x ${value} "${value}"\n${value}`)).toBe('x *** "***"\n***');
    expect(trial.mask(`x${value} ${value}x 1${value} ${value}_`)).toBe(
      `x${value} ${value}x 1${value} ${value}_`,
    );
    expect(trial.mask(base64(value))).toMatch(/^\*\*\*=*$/);
    expect(trial.mask(base64(`${value}\n`))).toMatch(/^\*\*\*/);
    expect(trial.mask(Buffer.from(value).toString("hex"))).toBe("***");
  });

  it.each([
    { values: ["", "abc", "\n\n\n\n\n", " ab \t"], added: "too-short" },
    {
      values: [
        "true",
        "FALSE",
        "production",
        "8080",
        "1.2.3",
        "v22.1.0",
        "/usr/bin",
        "********",
        "00000000",
      ],
      added: "too-common",
    },
    {
      values: ["k9_Q", "20260512", "10.20.30.40", "not-so-common", "\0\u0001\0\u0002"],
      added: "added",
    },
  ])("is $added: $values", ({ values, added }) => {
    for (const value of values) expect([value, createTrial().add(value)]).toEqual([value, added]);
  });

  it("is known when it comes again", () => {
    const trial = createTrial(VALUE, "x".repeat(40) + VALUE);
    expect(trial.add(VALUE)).toBe("known");
    expect(trial.add("x".repeat(40) + VALUE)).toBe("known");
    expect(trial.known.count).toBe(2);
  });

  it("is not found in what is only like it", () => {
    const trial = createTrial(VALUE);
    for (const text of [
      `x${VALUE.slice(1)}`,
      VALUE.slice(4),
      VALUE.slice(0, -1),
      `${VALUE.slice(0, 9)} ${VALUE.slice(9)}`,
      `${VALUE.slice(0, 9)}\n\n${VALUE.slice(9)}`,
    ]) {
      expect(trial.search(`${text}.`).finds).toEqual([]);
    }
  });
});

describe("a known value whose first line is shorter than a piece", () => {
  it.each([1, 2, 3])("is found behind the line break, whatever is before it: %i", (length) => {
    const trial = createTrial(VALUE);
    const start = VALUE.slice(0, length);
    expect(trial.mask(`${start}\n  ${VALUE.slice(length)}.`)).toBe(`${start}\n  ***.`);
    expect(trial.mask(`abc\n${VALUE.slice(length)}.`)).toBe("abc\n***.");
  });

  it("is looked for without that line", () => {
    const trial = createTrial(`{\n  "key": "${VALUE}"\n}`);
    expect(trial.mask(`{\n  "key": "${VALUE}"\n}`)).toBe("{\n  ***");
  });
});

describe("at the end of an open text", () => {
  const trial = createTrial(VALUE);

  it("a value goes on from its start", () => {
    for (let cut = 8; cut < VALUE.length; cut++) {
      const { finds, goesOnFrom } = trial.search(`ab ${VALUE.slice(0, cut)}`, { isOpen: true });
      expect({ finds, goesOnFrom }).toEqual({ finds: [], goesOnFrom: 3 });
    }
    expect(trial.search(`ab ${VALUE}`, { isOpen: true })).toMatchObject({
      goesOnFrom: undefined,
      finds: [{ start: 3 }],
    });
  });

  it("a value goes on behind a line break", () => {
    for (const lineBreak of ["\n", "\r", "\r\n", "\\", "\\\n", "\n  "]) {
      const text = `ab ${VALUE.slice(0, 13)}${lineBreak}`;
      expect([text, trial.search(text, { isOpen: true }).goesOnFrom]).toEqual([text, 3]);
    }
  });

  it("a short value waits for what comes behind it", () => {
    const short = createTrial("k9_Q");
    expect(short.search("x k9_Q", { isOpen: true })).toMatchObject({ finds: [], goesOnFrom: 2 });
    expect(short.search("x k9_Q").finds).toHaveLength(1);
  });

  it("base64 waits for the character that holds its last bits", () => {
    const encoded = base64(`ab${VALUE}c`);
    const value = createTrial(VALUE);
    for (let cut = 20; cut < encoded.length; cut++) {
      const open = value.search(encoded.slice(0, cut), { isOpen: true });
      const isRight = open.finds[0]?.end === value.search(encoded).finds[0]?.end;
      expect({ cut, isRight: isRight || open.goesOnFrom !== undefined }).toEqual({
        cut,
        isRight: true,
      });
    }
  });
});

describe("the longest partial", () => {
  it.each([
    { name: "of one byte", values: [VALUE], text: "abc q", at: 4 },
    { name: "of many", values: [VALUE], text: `abc ${VALUE.slice(0, -1)}`, at: 4 },
    {
      name: "that is all of the value is none",
      values: [VALUE],
      text: `abc ${VALUE}`,
      at: undefined,
    },
    { name: "that has not begun is none", values: [VALUE], text: "abc ", at: undefined },
    {
      name: "of several, the longest",
      values: [VALUE, "cd q7Xm-2vXX"],
      text: "abcd q7Xm-2v",
      at: 2,
    },
    { name: "of a quoted value", values: ['abcdefg"hij"klm'], text: 'x abcdefg\\"h', at: 2 },
    {
      name: "of base64, of four characters",
      values: [VALUE],
      text: `..${base64(VALUE).slice(0, 4)}`,
      at: 2,
    },
    {
      name: "of base64, shorter",
      values: [VALUE],
      text: `..${base64(VALUE).slice(0, 3)}`,
      at: undefined,
    },
    { name: "before a line break", values: [VALUE], text: `..${VALUE.slice(0, 4)}\n`, at: 2 },
    {
      name: "over line breaks",
      values: [VALUE],
      text: `..${VALUE.slice(0, 5)}\r\n  ${VALUE.slice(5, 9)}\\\n${VALUE.slice(9, 12)}`,
      at: 2,
    },
    {
      name: "before a line break, too short to hold a line for",
      values: [VALUE],
      text: `..${VALUE.slice(0, 3)}\n`,
      at: undefined,
    },
    { name: "of a short value", values: ["k9_Q"], text: "..k9_", at: 2 },
  ])("$name", ({ values, text, at }) => {
    expect(partialOf(values, text)).toBe(at);
  });

  it("does not begin before the text", () => {
    expect(partialOf([VALUE], VALUE.slice(0, 12), 4)).toBeUndefined();
  });

  it("is what a plain search says", () => {
    const trial = createTrial("abab-abac-abab-abad", "bac-ab", "dabab");
    const forms = ["abab-abac-abab-abad", "bac-ab", "dabab"];
    assert(
      property(stringMatching(/^[abcd-]{0,24}$/), (text) => {
        const bytes = Buffer.from(text);
        let expected: number | undefined;
        for (let at = 0; at < text.length && expected === undefined; at++) {
          const tail = text.slice(at);
          if (forms.some((form) => form.length > tail.length && form.startsWith(tail)))
            expected = at;
        }
        const found = trial.known.longestPartial({
          bytes,
          start: 0,
          end: bytes.length,
          isOpen: true,
        });
        // A tail may begin an encoding of more bytes too.
        expect(found ?? Infinity).toBeLessThanOrEqual(expected ?? Infinity);
      }),
    );
  });
});

function partialOf(values: readonly string[], text: string, start = 0): number | undefined {
  const bytes = Buffer.from(text);
  return createTrial(...values).known.longestPartial({
    bytes,
    start,
    end: bytes.length,
    isOpen: true,
  });
}
