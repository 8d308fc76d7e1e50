import { gzipSync } from "node:zlib";

import { expect, test } from "vitest";

import { createRedaction } from "../../../../agent/redact/redaction.ts";

const TEXT = "a password, and other words of a log that goes on for a while";
const INPUT = Buffer.from(
  [
    `deep: ${encode(TEXT, 5)}`,
    `in one line: ${`${encode(TEXT, 5)} `.repeat(200)}`,
    `wrapped:\n${encode(TEXT.repeat(3), 5).replaceAll(/.{76}/gu, "$&\n")}`,
    `much: ${gzipSync(Buffer.alloc(2_000_000)).toString("base64")}`,
    `escaped: ${escape(TEXT, 4)}`,
    `::add-mask::of-this-stream ${encode(TEXT, 5)}`,
    `the end ${encode(TEXT, 5)}`,
  ].join("\n"),
);

test("what is not looked into is counted once, however a stream is cut into pieces", () => {
  const [whole, ...others] = [INPUT.length, 60_000, 4096, 777].map(countNotDecoded);

  expect(whole).toBeGreaterThan(200);
  expect(others).toEqual(others.map(() => whole));
});

function countNotDecoded(pieceBytes: number): number {
  const redaction = createRedaction();
  const stream = redaction.openStream({ emit: () => {} });
  for (let at = 0; at < INPUT.length; at += pieceBytes) {
    stream.write(INPUT.subarray(at, at + pieceBytes));
  }
  stream.end();
  return redaction.counts.notDecoded;
}

function encode(text: string, times: number): string {
  return times === 0 ? text : encode(Buffer.from(text).toString("base64"), times - 1);
}

function escape(text: string, times: number): string {
  if (times === 0) return text;
  const escaped = Array.from(text, (letter) => `%${letter.charCodeAt(0).toString(16)}`).join("");
  return escape(escaped, times - 1);
}
