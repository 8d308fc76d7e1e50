import { assert, constantFrom, nat, property, tuple } from "fast-check";
import { describe, expect, it } from "vitest";

import { createRedaction } from "../../../../agent/redact/redaction.ts";

const redaction = createRedaction();
/** Made up of parts so that nobody takes this file for a leak. */
const TOKEN = ["ghp", "_", "K9sXq2LmZ7vTb4RnW8yPc3Hd6JfGa1U0eQwE"].join("");

/** What leaves something open: a quote, an object, a block, a line. */
const BEGUN = [
  'token: "some words of a log',
  '{"isSecret":true,"value":"e',
  '{"name":"x","value":"Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5","isSecret":',
  "password=abcd1234efgh5678\\",
  "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAx7MIIEowIBAAKCAQEAx7",
  `Authorization: Bearer ${TOKEN.slice(0, 30)}`,
] as const;
/** What would end it. */
const ENDS = [
  'sAWABtAA=="}',
  'words of another line", and more',
  'true,"value":"hunter2hunter2hunter2"}',
  `and ${TOKEN} in the middle`,
  "some words of a log 231",
] as const;
const ENCODINGS = [
  (text: string) => Buffer.from(text).toString("base64"),
  (text: string) => Buffer.from(text).toString("hex"),
  (text: string) => text.replaceAll(/[^]/gu, (one) => `%${Buffer.from(one).toString("hex")}`),
  (text: string) => Buffer.from(Buffer.from(text).toString("base64")).toString("base64"),
];

/** Each on a line of its own: `!` belongs to no encoding. */
const line = (text: string): string => `! ${text} !\n`;

describe("what is encoded in one line", () => {
  it("is read by itself, whatever is encoded in the lines beside it", () => {
    const encoded = tuple(constantFrom(...BEGUN, ...ENDS), constantFrom(...ENCODINGS)).map(
      ([text, encode]) => line(encode(text)),
    );
    assert(
      property(encoded, encoded, nat({ max: 60 }), (first, second, size) => {
        const apart = redact([first]) + redact([second]);
        expect(redact([first + second])).toBe(apart);
        expect(redact(cutUp(first + second, size + 1))).toBe(apart);
      }),
      { numRuns: 400 },
    );
  });

  it("neither ends a secret that was begun in the line before, nor is taken for a part of it", () => {
    const begun = line(Buffer.from('{"isSecret":true,"value":"').toString("base64"));
    const secret = line(Buffer.from(`see ${TOKEN}", said he`).toString("base64"));
    expect(redact([begun + secret])).toBe(redact([begun]) + redact([secret]));
    expect(redact([begun + secret])).not.toContain(Buffer.from(TOKEN).toString("base64").slice(4));
  });
});

function redact(parts: readonly string[]): string {
  let shown = "";
  const stream = redaction.openStream({
    emit: (bytes) => void (shown += Buffer.from(bytes).toString("latin1")),
  });
  for (const part of parts) stream.write(Buffer.from(part, "latin1"));
  stream.end();
  return shown;
}

function cutUp(text: string, size: number): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += size) parts.push(text.slice(at, at + size));
  return parts;
}
