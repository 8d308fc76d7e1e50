import { array, assert, constantFrom, nat, oneof, property, string } from "fast-check";
import { describe, expect, test } from "vitest";

import type { Found } from "../../../../agent/redact/found.ts";
import { createRedaction, type Redaction } from "../../../../agent/redact/redaction.ts";
import { leastProcessorMs, processorMs } from "../../../support/processor-time.ts";

const VALUE = "correct-Horse7battery+staple";
const LINES_VALUE = "first line of a key\nsecond line of it\nand a third";
/** A valid one of GitHub's, made up of parts so that nobody takes this file for a leak. */
const TOKEN = ["ghp", "_", "K9sXq2LmZ7vTb4RnW8yPc3Hd6JfGa1U0eQwE"].join("");
const PEM = [
  "-----BEGIN RSA ",
  "PRIVATE KEY-----\n",
  `${"MIIEowIBAAKCAQEAx7".repeat(4)}\n`.repeat(8),
  "-----END RSA ",
  "PRIVATE KEY-----\n",
].join("");

const redaction = createRedaction();
redaction.addValue(VALUE, "SECRET");
redaction.addValue(LINES_VALUE, "KEY");

describe("a stream that is cut into pieces anyhow", () => {
  const piece = oneof(
    constantFrom(
      VALUE,
      TOKEN,
      LINES_VALUE,
      PEM,
      "\n",
      "\r\n",
      " ",
      "=",
      '"',
      ": ",
      "password",
      "token=",
      "\u001B[31m",
      "\u001B[0m",
    ),
    constantFrom(
      "2026-11-21T22:58:08.1234567Z ",
      "https://user:",
      "@host/",
      "\u001B]0;",
      "\u0007",
      "é",
      "{",
      "}",
      "%2F",
      "\\n",
    ),
    constantFrom(VALUE, `say ${TOKEN}`).map((text) => Buffer.from(text).toString("base64")),
    constantFrom(VALUE, TOKEN).map((text) =>
      Buffer.from(Buffer.from(text).toString("base64")).toString("base64"),
    ),
    constantFrom(VALUE, `x${TOKEN}`).map((text) =>
      Buffer.from(text.repeat(4)).toString("base64").replaceAll(/.{20}/gu, "$&\n"),
    ),
    constantFrom(VALUE, TOKEN).map((text) => Buffer.from(text).toString("hex")),
    constantFrom(
      VALUE.slice(0, 9),
      VALUE.slice(0, -1),
      TOKEN.slice(0, 12),
      "first line of a key\n",
      "-----BEGIN RSA ",
    ),
    string({ maxLength: 4 }),
  );
  const texts = array(piece, { maxLength: 30 }).map((pieces) => Buffer.from(pieces.join("")));

  test("shows the same, and finds the same", () => {
    assert(
      property(texts, array(nat({ max: 40 }), { minLength: 1, maxLength: 6 }), (text, sizes) => {
        expect(redact(redaction, cutUp(text, sizes))).toEqual(redact(redaction, [text]));
      }),
      { numRuns: 300 },
    );
  });

  test("shows what it showed when that is redacted once more", () => {
    assert(
      property(texts, (text) => {
        const { shown } = redact(redaction, [text]);

        expect(redact(redaction, [Buffer.from(shown)])).toEqual({ shown, found: [] });
      }),
      { numRuns: 300 },
    );
  });

  test("never shows a value or a token that stands in it", () => {
    assert(
      property(texts, array(nat({ max: 40 }), { minLength: 1, maxLength: 6 }), (text, sizes) => {
        const { shown } = redact(redaction, cutUp(text, sizes));

        expect(shown).not.toContain(VALUE);
        expect(shown).not.toContain(TOKEN);
        expect(shown).not.toContain(Buffer.from(VALUE).toString("base64"));
      }),
      { numRuns: 300 },
    );
  });
});

describe("a stream that is silent at times", () => {
  const secrets = [VALUE, TOKEN, ...PEM.split("\n").slice(1, -2), ...LINES_VALUE.split("\n")];
  const around = constantFrom("\n", " ", "x ", "password=", "Password: ", '"', "\r\n", "|", ": ");
  const secret = constantFrom(
    VALUE,
    TOKEN,
    PEM,
    `${LINES_VALUE}\n`,
    `::add-mask::${VALUE}\n`,
    `password: |\n  ${TOKEN}\n`,
    `machine h login u\n  password ${VALUE}\n`,
    VALUE.slice(0, 9),
    `${VALUE.slice(0, 9)}\\\n  ${VALUE.slice(9)}`,
  );
  const texts = array(oneof(around, secret), { maxLength: 12 }).map((pieces) => pieces.join(""));

  test("shows nothing of a secret from its fourth character on, wherever the silence is", () => {
    assert(
      property(texts, array(nat({ max: 30 }), { minLength: 1, maxLength: 6 }), (text, sizes) => {
        const { stream, shown } = open();
        for (const part of cutUp(Buffer.from(text), sizes)) {
          stream.write(part);
          stream.release();
        }
        stream.end();

        const whole = redact(redaction, [Buffer.from(text)]).shown;
        // What no search finds in the whole text either is not the silence's fault.
        const masked = secrets.map((one) => one.slice(3)).filter((rest) => !whole.includes(rest));
        const leaked = masked.filter((rest) => shown().includes(rest));
        expect(leaked).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a long line", () => {
  const words = "the quick brown fox jumps over some lazy dogs at night. ";
  const prose = words.repeat(12_000);
  const script = `function a1(e,t){return e.push(t[9]),"x/k2"};var z="9f3";`.repeat(2000);

  test.each<readonly [string, string]>([
    ["a script", `a\n${script}password:"hT7!kQ2#zR9$w",t='${TOKEN}';${script}${VALUE}\nb\n`],
    ["a quoted value", `"password": "${"aB3$xY9!".repeat(37_500)}", "b": 1\n`],
    ["a key in one line", `k=${PEM.split("\n").join(`\\n`).replace("MII", "MII8".repeat(90_000))}`],
    ["words, then lines", `${"a ".repeat(32_768)}${TOKEN}\n${"b ".repeat(32_760)}${TOKEN}\n`],
    ["a line as long as a look", `${"a".repeat(65_535)}\n${"b ".repeat(32_768)}\n${TOKEN}\n`],
    ...[10, 49_140, 61_000, 196_600, 400_000].map(
      (at) => [`base64 of a token at ${at}`, `out: ${toBase64(prose, at)}\n`] as const,
    ),
  ])("is shown the same however it is cut: %s", (_, input) => {
    const text = Buffer.from(input);
    const whole = redact(redaction, [text]);

    for (const size of [1023, 5000, 99_999]) {
      const cut = redact(redaction, cutUp(text, [size]));
      expect(cut.found).toEqual(whole.found);
      expect(cut.shown === whole.shown).toBe(true);
    }
    expect(whole.shown).toContain("***");
    expect(whole.shown.includes(TOKEN)).toBe(false);
  });

  function toBase64(text: string, at: number): string {
    return Buffer.from(`${text.slice(0, at)} ${TOKEN} ${text.slice(at)}`).toString("base64");
  }
});

describe("a stream", () => {
  test.each([
    ["nothing to find", "hello\nworld\n", "hello\nworld\n"],
    ["a value", `a ${VALUE} b\n`, "a *** b\n"],
    [
      "a value with colours in it",
      `a \u001B[31m${VALUE.slice(0, 7)}\u001B[0m${VALUE.slice(7)} b\n`,
      "a \u001B[31m*** b\n",
    ],
    ["a value of several lines", `x\n${LINES_VALUE}\ny\n`, "x\n***\n***\n***\ny\n"],
    [
      "a value of several lines with stamps",
      stamped(LINES_VALUE),
      "2026-11-21T22:58:08.1234567Z ***\n***\n***\n",
    ],
    [
      "a key",
      `x\n${PEM}y\n`,
      expect.stringMatching(
        /^x\n(?:-----BEGIN RSA PRIVATE KEY-----|\*\*\*)\n(?:\*\*\*\n){8}(?:-----END RSA PRIVATE KEY-----|\*\*\*)\ny\n$/u,
      ),
    ],
    ["carriage returns", `${VALUE}\r\n`, "***\r\n"],
    ["bytes that are no text", `\u0000\u0001${VALUE}\u0002\n`, "\u0000\u0001***\u0002\n"],
    ["a number in JSON", '{"password": 90125673489, "a": 1}\n', '{"password": "***", "a": 1}\n'],
    ["the start of a value at the end of all input", `a ${VALUE.slice(0, 10)}`, "a ***"],
    ["the start of a token at the end of all input", `a ${TOKEN.slice(0, 15)}`, "a ***"],
    ["what only begins like a value", `a ${VALUE.slice(0, 10)} b\n`, `a ${VALUE.slice(0, 10)} b\n`],
  ])("with %s", (_, input, expected) => {
    expect(redact(redaction, [Buffer.from(input)]).shown).toEqual(expected);
  });

  test("leaves bytes that are not UTF-8 as they are", () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x80, 0x0a, 0xc3, 0x28, 0x0a]);
    const shown: Buffer[] = [];
    const stream = redaction.openStream({ emit: (part) => void shown.push(Buffer.from(part)) });

    stream.write(bytes);
    stream.end();

    expect(Buffer.concat(shown)).toEqual(bytes);
  });

  test("tells rule, place, encodings and source of what it found, and not the value", () => {
    const { found } = redact(redaction, [
      Buffer.from(`a\n\u001B[1mbc ${VALUE}\n${Buffer.from(VALUE).toString("hex")}\n`),
    ]);

    expect(found).toMatchObject([
      {
        rule: "known-value",
        line: 2,
        column: 4,
        encodings: [],
        confidence: "certain",
        source: "SECRET",
      },
      { rule: "known-value", line: 3, column: 1, encodings: ["hex"], source: "SECRET" },
    ]);
    expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(JSON.stringify(found)).not.toContain(VALUE);
  });

  test("masks what it says to mask from the next line on, whatever comes at a time", () => {
    const own = createRedaction();
    const input = "zorkmid-99 is shown\n::add-mask::zorkmid-99\nzorkmid-99\n";

    expect(redact(own, [Buffer.from(input)]).shown).toBe(
      "zorkmid-99 is shown\n::add-mask::***\n***\n",
    );
  });

  test("takes a thousand mask commands at a time without taking longer for each", () => {
    expect(maskMany(1000)).toBe("::add-mask::***\n***\n".repeat(1000));
    // Were each compared with all before it, ten times as many would take a hundred times as long.
    const few = leastProcessorMs(() => maskMany(100));
    expect(processorMs(() => maskMany(1000))).toBeLessThan(25 * few);
  });
});

describe("what is held", () => {
  test("is a line until it ends", () => {
    const { stream, shown } = open();

    stream.write(Buffer.from("begun"));
    expect(shown()).toBe("");
    stream.write(Buffer.from(" and ended\n"));

    expect(shown()).toBe("begun and ended\n");
  });

  test("is shown after a silence, but for what may be the start of a secret", () => {
    const { stream, shown } = open();

    stream.write(Buffer.from(`Password for ${VALUE.slice(0, 8)}`));
    stream.release();
    expect(shown()).toBe("Password for ");
    stream.write(Buffer.from(`${VALUE.slice(8)} ok\n`));

    expect(shown()).toBe("Password for *** ok\n");
  });

  test("is of a prompt nothing", () => {
    const { stream, shown } = open();

    stream.write(Buffer.from("Password: "));
    stream.release();

    expect(shown()).toBe("Password: ");
  });

  test.each([
    "password=",
    "Enter your client_secret: ",
    "Authorization: ",
    "https://",
    "--token ",
    "npm_token = ",
    "machine ",
  ])("is nothing of what a secret may come behind: %s", (prompt) => {
    const { stream, shown } = open();

    stream.write(Buffer.from(prompt));
    stream.release();

    expect(shown()).toBe(prompt);
  });

  test("is the first line of a key until it is known to be one", () => {
    const { stream, shown } = open();

    for (const line of PEM.split("\n")) {
      stream.write(Buffer.from(`${line}\n`));
      stream.release();
    }

    expect(shown()).not.toContain("MIIE");
  });

  test("is of a token nothing shown, however slowly it comes", () => {
    const { stream, shown } = open();

    for (const character of `a ${TOKEN} b\n`) {
      stream.write(Buffer.from(character));
      stream.release();
    }

    expect(shown()).toMatch(/^a (?:ghp|gh|g)?_?\*\*\* b\n$/u);
  });

  test("is bounded where a line has no end", () => {
    const { stream, shown } = open();
    const part = Buffer.alloc(65_536, "no end ");

    for (let written = 0; written < 64; written++) stream.write(part);

    expect(shown().length).toBeGreaterThan(63 * 65_536 - 524_288);
  });

  test("finds what stands across the pieces of a line without end", () => {
    const part = `${"x ".repeat(30_000)}${VALUE} ${TOKEN} ${Buffer.from(VALUE).toString("base64")} `;

    const { shown } = redact(redaction, cutUp(Buffer.from(part.repeat(20)), [4097]));

    expect(shown).toBe(`${"x ".repeat(30_000)}*** *** *** `.repeat(20));
  });

  test("gives its memory back to the next stream", () => {
    const before = process.memoryUsage().rss;

    for (let count = 0; count < 2000; count++) {
      const { stream } = open();
      stream.write(Buffer.from(`${count} lines\n`));
      stream.end();
    }

    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });
});

function open() {
  let shown = "";
  const stream = redaction.openStream({
    emit: (bytes) => void (shown += Buffer.from(bytes).toString()),
  });
  return { stream, shown: () => shown };
}

function redact(by: Redaction, parts: readonly Uint8Array[]): { shown: string; found: Found[] } {
  const shown: Buffer[] = [];
  const found: Found[] = [];
  const stream = by.openStream({
    emit: (bytes) => void shown.push(Buffer.from(bytes)),
    onFound: (one) => void found.push(one),
  });
  for (const part of parts) stream.write(part);
  stream.end();
  return { shown: Buffer.concat(shown).toString(), found };
}

function maskMany(count: number): string {
  const lines = Array.from(
    { length: count },
    (_, index) => `::add-mask::value-${index}-x\nvalue-${index}-x\n`,
  );
  return redact(createRedaction(), [Buffer.from(lines.join(""))]).shown;
}

function cutUp(text: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0, index = 0; at < text.length; index++) {
    const size = (sizes[index % sizes.length] ?? 0) + 1;
    parts.push(text.subarray(at, at + size));
    at += size;
  }
  return parts;
}

function stamped(text: string): string {
  return `${text}\n`.replaceAll(/^(?=.)/gmu, "2026-11-21T22:58:08.1234567Z ");
}
