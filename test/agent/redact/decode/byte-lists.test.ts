import { inspect } from "node:util";

import { describe, expect, test } from "vitest";

import { createRedaction } from "../../../../agent/redact/redaction.ts";

/** Of nine bytes, of letters of two digits alone, and longer ones. */
const SECRETS = ["hunter-42", "KQ7WRT9UIP", "correct horse battery", "Vq7-moss_Kettle-29xz"];

type Write = (secret: string) => string;

const WAYS: Readonly<Record<string, Write>> = {
  "JSON without blanks": (secret) => JSON.stringify([...Buffer.from(secret)]),
  "JSON of a Buffer": (secret) => JSON.stringify(Buffer.from(secret)),
  "indented JSON of a Buffer": (secret) => JSON.stringify({ it: Buffer.from(secret) }, null, 2),
  "a list of Python": (secret) => `[${list(secret, String, ", ")}]`,
  "a Uint8Array of Node": (secret) => inspect(new Uint8Array(Buffer.from(secret))),
  "a Buffer of Node": (secret) => inspect(Buffer.from(secret)),
  "a C array": (secret) => `{ ${list(secret, toPrefixed, ", ")} }`,
  "a tight C array": (secret) => `{${list(secret, toPrefixed, ",")}}`,
  "a C array of one byte a line": (secret) => `{\n\t${list(secret, toPrefixed, ",\n\t")}\n}`,
  "hex with blanks": (secret) => list(secret, toHex, " "),
  "hex with colons": (secret) => list(secret, toHex, ":"),
};

describe.each(Object.entries(WAYS))("bytes as %s", (_name, write) => {
  test.each(SECRETS)("do not show %s, however they are cut", (secret) => {
    expect(isHidden(write(secret), secret)).toBe(true);
  });
});

test("a slice of Go, and a number in each line, are read from a number of three digits on", () => {
  expect(isHidden(`[${list("hunter-42", String, " ")}]`, "hunter-42")).toBe(true);
  expect(isHidden(list("hunter-42", String, "\n"), "hunter-42")).toBe(true);
  expect(isHidden(list("hunter-42", String, "\r\n"), "hunter-42")).toBe(true);
});

test("a list is one of bytes up to the first number that is none", () => {
  const bytes = list("hunter-42", String, ", ");

  expect(redact([`[1000, ${bytes}, 256]\n`])).toBe("[1000, ***, 256]\n");
});

test("a secret at any place of a long list is found", () => {
  const secret = "hunter-42";
  const content = `${"x".repeat(997)}${secret}`.repeat(120);
  for (const [write, separator] of [
    [String, ", "],
    [toPrefixed, ",\n  "],
    [toHex, " "],
  ] as const) {
    const written = list(content, write, separator);
    const shown = redact([`${written}\n`]);

    expect(shown.includes(list(secret, write, separator))).toBe(false);
    expect(shown.match(/\*{3}(?!\n\*)/gu)?.length).toBe(120);
  }
});

test.each([
  "[100, 101, 102, 103, 104, 105, 106, 107]",
  "coverage: 98 97 100 95 99 100 100 98",
  "sizes 1024, 2048, 4096, 8192, 16384",
  "[0.1, 0.2, 110, 120.5]",
])("%s is shown", (line) => {
  expect(redact([`${line}\n`])).toBe(`${line}\n`);
});

/** Nothing is left of it, and the same is shown however it is cut. */
function isHidden(written: string, secret: string): boolean {
  const log = `before\n${written}\nbehind it\n`;
  const shown = redact([log], secret);
  const isShown = /\d\d/u.test(shown.replace(/Array\(\d+\)/u, ""));
  const isSame = [1, 9, 50].every((step) => redact(toPieces(log, step), secret) === shown);
  return shown.includes("***") && !isShown && isSame;
}

function redact(pieces: readonly string[], secret = "hunter-42"): string {
  const redaction = createRedaction();
  redaction.addValue(secret);
  const shown: Buffer[] = [];
  const stream = redaction.openStream({ emit: (bytes) => void shown.push(Buffer.from(bytes)) });
  for (const piece of pieces) stream.write(Buffer.from(piece));
  stream.end();
  return Buffer.concat(shown).toString();
}

function toPieces(text: string, length: number): string[] {
  const count = Math.ceil(text.length / length);
  return Array.from({ length: count }, (_, index) =>
    text.slice(index * length, (index + 1) * length),
  );
}

function list(content: string, write: (byte: number) => string, separator: string): string {
  return Array.from(Buffer.from(content), write).join(separator);
}

function toHex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

function toPrefixed(byte: number): string {
  return `0x${toHex(byte)}`;
}
