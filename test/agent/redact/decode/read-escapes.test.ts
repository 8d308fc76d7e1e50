import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Decoded } from "../../../../agent/redact/decode/decoded.ts";
import { toText } from "./decode-all.ts";
import { readEscapes } from "./read-escapes.ts";
import { decodeEscapesPlainly } from "./reference/escapes.ts";

const PIECES = [
  "%41",
  "%u0041",
  "%u00e9",
  "%uffff",
  "%4",
  "%",
  String.raw`\u0041`,
  String.raw`\u{20ac}`,
  String.raw`\u{110000}`,
  String.raw`\u{`,
  String.raw`\ud83d`,
  String.raw`\U0001F600`,
  String.raw`\x4g`,
  String.raw`\x41`,
  String.raw`\101`,
  String.raw`\189`,
  String.raw`\n`,
  "\\",
  '"',
  "&#65;",
  "&#x41;",
  "&#X1F600;",
  "&#9999999;",
  "&#65",
  "&amp;",
  "&quot;",
  "&quot",
  "&nope;",
  "&",
  "#",
  "=3D",
  "=41=42",
  "=",
  "=\n",
  "=\r\n",
  `${"a".repeat(71)}=\n`,
  `${"a".repeat(73)}=\r\n`,
  "\n",
  "\0",
  "password: ",
  "25",
  " ",
  "x".repeat(20),
  "é",
];
const FAR = ["y".repeat(127), "y".repeat(4090), "y".repeat(4097)];
const LONG = `%41${"%20x".repeat(17_000)}`;
const short = fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 3 }));
const contents = fc
  .array(fc.oneof({ weight: 30, arbitrary: short }, fc.constantFrom(...FAR)), { maxLength: 50 })
  .map((pieces) => pieces.join(""));

describe("the scanner", () => {
  test("reads escapes of each kind as the plain decoders do", () => {
    fc.assert(
      fc.property(contents, fc.boolean(), (content, isOpen) => {
        const text = toText(Buffer.from(content).toString("latin1"), { isOpen });
        const expected = decodeEscapesPlainly(text);
        const { decoded, goesOnFrom } = readEscapes(text);
        const ofOneKind = decoded.filter(({ isMixed }) => !isMixed);

        expect(sorted(ofOneKind)).toEqual(sorted(expected.decoded));
        // What is read together goes on where one of the kinds does.
        const goesOn = Math.min(Infinity, ...goesOnFrom);
        expect(goesOn).toBeLessThanOrEqual(expected.goesOnFrom);
        expect(hasSeveralKinds(content) || goesOn === expected.goesOnFrom).toBe(true);
      }),
      {
        numRuns: 200,
        examples: [
          [`x${LONG}`, false],
          [`${LONG}&#65;${LONG}\n`, true],
        ],
      },
    );
  });

  test.each([
    [String.raw`s%33cr\u0033t&#45;of=3Dit`, "s3cr3t-of=it"],
    [String.raw`%41 plain \x42`, "A plain B"],
  ])("reads %s together where kinds are mixed", (content, expected) => {
    const { decoded } = readEscapes(toText(content));

    expect(decoded.map(({ bytes }) => Buffer.from(bytes).toString())).toContain(expected);
  });

  test("names the kinds that a stretch is written in alone", () => {
    const { decoded } = readEscapes(toText(String.raw`%41%42 plain \x43`));
    const mixed = decoded.find(({ bytes }) => Buffer.from(bytes).toString() === "AB plain C");

    expect(mixed?.encodings).toEqual(["url", "json"]);
    expect(mixed?.origin(0, 2)).toEqual({ start: 0, end: 6 });
    expect(mixed?.origin(9, 10)).toEqual({ start: 13, end: 17 });
  });

  test("reads in what was decoded what came of that alone", () => {
    const text = toText("%41 \\x42 and behind");
    const none = new Uint8Array(text.end);
    const brokenUp = Uint8Array.from(none).fill(1, 5, 6);

    expect(readEscapes(text, none).decoded).toEqual([]);
    expect(
      readEscapes(text, brokenUp).decoded.map(({ bytes }) => Buffer.from(bytes).toString()),
    ).toEqual(["%41 B and behind"]);
  });
});

function hasSeveralKinds(content: string): boolean {
  return ["%", "\\", "&", "="].filter((lead) => content.includes(lead)).length > 1;
}

/** What a stretch says, and where each tenth of it is from. */
function sorted(decoded: readonly Decoded[]): string[] {
  return decoded
    .map(({ bytes, origin, encodings, through }) => {
      const step = Math.max(1, Math.floor(bytes.length / 10));
      const places: unknown[] = [origin(0, bytes.length)];
      for (let at = 0; at + step <= bytes.length; at += step) places.push(origin(at, at + step));
      return JSON.stringify([encodings, through, Buffer.from(bytes).toString("latin1"), places]);
    })
    .toSorted();
}
