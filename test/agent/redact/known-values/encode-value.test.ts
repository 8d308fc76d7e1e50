import { describe, expect, it } from "vitest";

import { isMasked, VALUES, WORD } from "./awkward-values.ts";
import { encodeValue } from "./encoded-forms.ts";
import { createTrial } from "./naive-windows.ts";

describe("a value is found as it was written by", () => {
  const writers: Record<string, (value: string) => string> = {
    "JSON.stringify": (value) => JSON.stringify(value),
    "JSON.stringify twice": (value) => JSON.stringify(JSON.stringify({ value })),
    "PHP's json_encode": (value) => toAsciiJson(value).replaceAll("/", "\\/"),
    "a JSON writer for HTML": (value) =>
      JSON.stringify(value)
        .replaceAll("<", "\\u003c")
        .replaceAll(">", "\\u003e")
        .replaceAll("&", "\\u0026"),
    "a JSON writer that escapes all": (value) =>
      value.replaceAll(
        /[^]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}`,
      ),
    encodeURIComponent: (value) => encodeURIComponent(value),
    "encodeURIComponent, in lower case": (value) =>
      encodeURIComponent(value).replaceAll(/%../g, (escape) => escape.toLowerCase()),
    encodeURI: (value) => encodeURI(value),
    "encodeURIComponent twice": (value) =>
      encodeURIComponent(
        encodeURIComponent(value).replaceAll(
          /[!'()*]/g,
          (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
        ),
      ),
    URLSearchParams: (value) => new URLSearchParams({ value }).toString(),
    "the password of a URL": (value) => {
      const url = new URL("https://example.com");
      url.password = value;
      return url.href;
    },
    "percents alone": (value) =>
      [...Buffer.from(value)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
    hex: (value) => Buffer.from(value).toString("hex"),
    "hex in upper case": (value) => Buffer.from(value).toString("hex").toUpperCase(),
    base64: (value) => Buffer.from(value).toString("base64"),
    base64url: (value) => Buffer.from(value).toString("base64url"),
    "HTTP basic authentication": (value) => Buffer.from(`user:${value}`).toString("base64"),
    "base64 of a document": (value) =>
      Buffer.from(`{"a":"b","password":"${value}","x":1}`).toString("base64"),
    "base64 of base64": (value) =>
      Buffer.from(`key: ${Buffer.from(`x=${value}\n`).toString("base64")}\n`).toString("base64"),
    "PowerShell's EncodedCommand": (value) =>
      Buffer.from(`echo ${value}`, "utf16le").toString("base64"),
    "HTML, by names": (value) => toHtml(value, { '"': "&quot;", "'": "&#39;" }),
    "XML, by names": (value) => toHtml(value, { '"': "&quot;", "'": "&apos;" }),
    "XML, in text": (value) => toHtml(value, {}),
    "HTML, by decimals": (value) => toHtml(value, {}, (code) => `&#${code};`),
    "HTML, by hexadecimals": (value) => toHtml(value, {}, (code) => `&#x${code.toString(16)};`),
    "HTML, every character": (value) =>
      Array.from(value, (character) => `&#${character.codePointAt(0)};`).join(""),
    "PowerShell in single quotes": (value) => `'${value.replaceAll("'", "''")}'`,
    "PowerShell in double quotes": (value) => `"${value.replaceAll(/[`$"]/g, "`$&")}"`,
    "a shell in double quotes": (value) => `"${value.replaceAll(/["$`\\]/g, "\\$&")}"`,
    "a system with CRLF": (value) => value.replaceAll("\n", "\r\n"),
    "one that joins lines": (value) => value.replaceAll("\n", " "),
    rev: (value) => Array.from(value).toReversed().join(""),
    "one that indents": (value) => value.replaceAll("\n", "\n      "),
  };
  const cases = Object.entries(writers).flatMap(([name, write]) =>
    VALUES.map((value) => ({ name, value, write })),
  );

  it.each(cases)("$name: $value", ({ value, write }) => {
    const written = write(value);
    expect(isMasked(value, written)).toBe(true);
  });

  it.each(VALUES)("UTF-16 in bytes: %s", (value) => {
    const trial = createTrial(value);
    for (const bytes of [Buffer.from(value, "utf16le"), Buffer.from(value, "utf16le").swap16()]) {
      expect(trial.search(Buffer.concat([Buffer.from("..."), bytes])).finds).toMatchObject([
        { start: 3, end: 3 + bytes.length, encodings: ["utf-16"] },
      ]);
    }
  });
});

describe("the forms of a value", () => {
  it.each([...VALUES, "hunter2", "ab\0cd\0efgh", "Ünïcödé-Päßwörd"])(
    "are all different: %s",
    (value) => {
      const forms = encodeValue(Buffer.from(value), Infinity).map(({ bytes }) => bytes);
      expect(new Set(forms).size).toBe(forms.length);
      expect(forms.length).toBeLessThan(180);
    },
  );

  it("of a plain token are few", () => {
    const forms = encodeValue(Buffer.from(WORD), Infinity);
    expect(forms.length).toBeGreaterThan(30);
    expect(forms.length).toBeLessThan(45);
  });

  it("stay within the bytes that there is room for, the most needed first", () => {
    const forms = encodeValue(Buffer.from(WORD), 120);
    expect(forms.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(120);
    expect(forms.map(({ kind }) => kind.encodings).slice(0, 4)).toEqual([
      [],
      ["base64"],
      ["base64"],
      ["base64"],
    ]);
  });

  it("exist for bytes that are not UTF-8", () => {
    const value = Buffer.from([0xff, 0xfe, 0x80, 0xc3, 0x28, 0x22, 0x5c, 0x41, 0x00, 0x42]);
    const trial = createTrial(value);
    for (const encoded of [value.toString("hex"), value.toString("base64")]) {
      expect(trial.mask(`x=${encoded};`)).toMatch(/^x=\*\*\*={0,2};$/);
    }
    expect(trial.mask(value)).toBe("***");
  });
});

function toAsciiJson(value: string): string {
  return JSON.stringify(value).replaceAll(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function toHtml(
  value: string,
  quotes: Readonly<Record<string, string>>,
  reference?: (code: number) => string,
): string {
  const names: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    ...quotes,
  };
  return value.replaceAll(/[&<>"']/g, (character) =>
    reference === undefined ? (names[character] ?? character) : reference(character.charCodeAt(0)),
  );
}
