import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { toSourceSpan, type Decoded } from "../../../../agent/redact/decode/decoded.ts";
import { processorMs } from "../../../support/processor-time.ts";
import { decodeAllEscapes, decodeEscapesAt, toText } from "./decode-all.ts";

const SECRET = "s3cr3t_of_17-char";

/** Each character of it, written otherwise. */
const WAYS: readonly (readonly [string, string, (secret: string) => string])[] = [
  ["percent", "url", (secret) => each(secret, (hex) => `%${hex}`)],
  ["percent in upper case", "url", (secret) => each(secret, (hex) => `%${hex.toUpperCase()}`)],
  ["percent and u", "url", (secret) => each(secret, (hex) => `%u00${hex}`)],
  ["JSON", "json", (secret) => each(secret, (hex) => `\\u00${hex}`)],
  ["JavaScript", "json", (secret) => each(secret, (hex) => `\\u{${hex}}`)],
  ["Python", "json", (secret) => each(secret, (hex) => `\\U000000${hex}`)],
  ["C", "json", (secret) => each(secret, (hex) => `\\x${hex}`)],
  ["octal", "json", (secret) => each(secret, (hex) => `\\${toOctal(hex)}`)],
  ["HTML", "html", (secret) => each(secret, (hex) => `&#x${hex};`)],
  ["HTML in decimal", "html", (secret) => each(secret, (hex) => `&#${Number.parseInt(hex, 16)};`)],
  ["quoted-printable", "quoted-printable", (secret) => each(secret, (hex) => `=${hex}`)],
  ["hex with colons", "hex", (secret) => toHex(secret).join(":")],
  ["hex with dashes", "hex", (secret) => toHex(secret).join("-")],
  ["hex with blanks", "hex", (secret) => toHex(secret).join(" ")],
  ["a C array", "hex", (secret) => each(secret, (hex) => `0x${hex}, `).slice(0, -2)],
  ["a tight C array", "hex", (secret) => each(secret, (hex) => `0x${hex},`).slice(0, -1)],
  ["hex with prefixes", "hex", (secret) => each(secret, (hex) => `0x${hex} `).slice(0, -1)],
  ["UTF-16", "utf-16", (secret) => Buffer.from(secret, "utf16le").toString("latin1").slice(0, -1)],
];

describe.each(WAYS)("%s", (_name, encoding, write) => {
  test.each([
    ["alone in its line", "", ""],
    ["behind a name", "secret = ", ""],
    ["in quotes", '{"secret":"', '"}'],
    ["between words", "it is ", " I think"],
  ])("is read %s, and covered", (_where, before, behind) => {
    const written = write(SECRET);
    const { decoded } = decodeAllEscapes(`a line\n${before}${written}${behind}\nanother\n`);
    const [found] = decoded.filter((one) => one.encodings[0] === encoding);

    expect(spanOf(found, SECRET)).toEqual({
      start: 7 + before.length,
      end: 7 + before.length + written.length,
    });
  });

  test("does not depend on how much of an open text is there", () => {
    const content = `one\n${write(SECRET)} end\n${"x".repeat(50)}\n`;
    const whole = textsOf(decodeAllEscapes(content).decoded);

    for (let length = 0; length <= content.length; length += 5) {
      const { decoded, goesOnFrom } = decodeAllEscapes(content.slice(0, length), { isOpen: true });
      const texts = textsOf(decoded);
      const isDecided = goesOnFrom.length === 0 && texts.length > 0;
      expect(isDecided ? texts : whole).toEqual(whole);
      expect(Math.min(4, ...goesOnFrom)).toBe(4);
      expect(goesOnFrom.length === 0 || Math.min(...goesOnFrom) < 24).toBe(true);
    }
    expect(textsOf(decodeAllEscapes(content, { isOpen: true }).decoded)).toEqual(whole);
  });
});

describe("a secret of which but a part is escaped is read as a whole", () => {
  test.each([
    ["token%3Dabc%5Fdef%2Dghi", "token=abc_def-ghi"],
    ["https://host/?q=%61%62+c", "https://host/?q=ab+c"],
    [String.raw`{\u0022token\u0022:\u0022abc\u005fdef\u0022}`, '{"token":"abc_def"}'],
    [String.raw`{\"token\":\"abc\u005fdef\/\\\"}`, '{"token":"abc_def/\\"}'],
    ["{&quot;token&quot;: &quot;abc&amp;def&quot;}", '{"token": "abc&def"}'],
    ["password=3Dabc=5Fdef", "password=abc_def"],
    ["%E2%82%AC&", "€&"],
    ["%zz%4", undefined],
    [String.raw`C:\Users\xavier\utils\20`, undefined],
    ["&#xzz;&#;&nope;", undefined],
    ["timeout=60 size=41", undefined],
    ["12:41:42 00:1b:44:11:3a:b7 2026-11-21", undefined],
    ["at 0x7ffe4142 0x41 0x42", undefined],
  ])("%s", (line, expected) => {
    const { decoded } = decodeAllEscapes(`${line}\n`);

    expect(textsOf(decoded)).toEqual(expected === undefined ? [] : [expected]);
  });
});

test("what was escaped twice is read once for each time", () => {
  const twice = encodeURIComponent(encodeURIComponent("token=a&b"));
  const [once = ""] = textsOf(decodeAllEscapes(`${twice}\n`).decoded);

  expect(once).toBe(encodeURIComponent("token=a&b"));
  expect(textsOf(decodeAllEscapes(once).decoded)).toEqual(["token=a&b"]);
});

test("quoted-printable goes on in the next line where its line is full", () => {
  const secret = "x".repeat(100);
  const wrapped = `secret: ${secret.slice(0, 67)}=\n${secret.slice(67)}\nrest\n`;
  const { decoded } = decodeAllEscapes(wrapped);

  expect(textsOf(decoded)).toEqual([`secret: ${secret}`]);
  expect(spanOf(decoded[0], secret)).toEqual({ start: 8, end: 8 + 100 + 2 });
  expect(decodeAllEscapes("EMPTY=\nOTHER=value\n").decoded).toEqual([]);
});

test("hex with separators goes on in the next line", () => {
  const dump = [" 73 33 63 72 33 74 5f 6f 66 5f 31 37 2d 63 68 61", " 72 0a"].join("\n");

  expect(textsOf(decodeAllEscapes(`${dump}\n`).decoded)).toEqual([`${SECRET}\n`]);
});

test("what surrounds a secret does not change what is read of it", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary-ascii", maxLength: 200 }),
      fc.constantFrom(
        ...WAYS.filter(([, encoding]) => encoding !== "hex" && encoding !== "utf-16"),
      ),
      (before, [, encoding, write]) => {
        const { decoded } = decodeAllEscapes(`${before}\n ${write(SECRET)}\n`);
        const found = decoded.filter((one) => one.encodings[0] === encoding);

        expect(textsOf(found).some((text) => text.includes(SECRET))).toBe(true);
      },
    ),
  );
});

test("escapes far apart are read apart, and all of a long line is read", () => {
  const far = `%41${"x".repeat(5000)}%42`;
  const long = `%73${"abcdefghi%5f".repeat(20_000)}`;

  expect(textsOf(decodeAllEscapes(far).decoded)).toHaveLength(2);
  const pieces = textsOf(decodeAllEscapes(long).decoded);
  expect(pieces.length).toBeGreaterThan(3);
  expect(pieces.every((piece) => !piece.includes("%5f"))).toBe(true);
});

describe("a flood of a megabyte is over soon", () => {
  test.each([
    ["percent", "%41", /%/gu],
    ["percent far apart", `%41${"x".repeat(60)}`, /%/gu],
    ["percent farther apart", `%41${"x".repeat(4200)}`, /%/gu],
    ["backslashes", String.raw`\x41\\`, /\\x/gu],
    ["references", "&#65;", /&/gu],
    ["quoted-printable", "=41", /=/gu],
    ["short lines that go on", "a=\n", /a/gu],
    ["full lines that go on", `${"a=3D".repeat(18)}aa=\n`, /=3D|a=\n/gu],
    ["equals signs", "=\n=\n", /=/gu],
    ["hex with colons", "41:", /:/gu],
    ["hex with zeros", "00 41 00 00 ", / 4/gu],
    ["hex that is spaced out", "41  ", / 4/gu],
    ["hex with prefixes", "0x41, ", /0x41,/gu],
    ["lines of a C array that is no text", "  0x41, 0x00, 0x9f, 0x00,\n", /0x41,/gu],
    ["lines of bytes that are no text", " 41 00 9f 00 80 01 02 03\n", / 4/gu],
    ["UTF-16", "a\0", /\0/gu],
  ])("%s", (_name, unit, hits) => {
    const content = unit.repeat(1_000_000 / unit.length);
    const positions = Array.from(content.matchAll(hits), ({ index }) => index);
    let count = 0;
    const ms = processorMs(
      () => (count = decodeEscapesAt(toText(content), positions).decoded.length),
    );

    expect(ms).toBeLessThan(10_000);
    expect(count).toBeLessThan(10_000);
  });
});

function spanOf(decoded: Decoded | undefined, secret: string): unknown {
  const at = decoded === undefined ? -1 : Buffer.from(decoded.bytes).indexOf(secret);
  return decoded && at >= 0 ? toSourceSpan(decoded, at, at + secret.length) : undefined;
}

function textsOf(decoded: readonly Decoded[]): string[] {
  return decoded.map(({ bytes }) => Buffer.from(bytes).toString());
}

function each(secret: string, write: (hex: string) => string): string {
  return toHex(secret).map(write).join("");
}

function toHex(secret: string): string[] {
  return Array.from(Buffer.from(secret), (byte) => byte.toString(16).padStart(2, "0"));
}

function toOctal(hex: string): string {
  return Number.parseInt(hex, 16).toString(8).padStart(3, "0");
}
