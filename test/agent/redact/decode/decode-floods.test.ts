import { deflateSync, gzipSync } from "node:zlib";

import { describe, expect, it } from "vitest";

import { createRedaction } from "../../../../agent/redact/redaction.ts";
import { leastProcessorMs } from "../../../support/processor-time.ts";

const FEW_BYTES = 50_000;
/** In less, a pause for garbage counts for more than the text. */
const MIN_MS = 5;
const TIMES_MORE = 4;
const KNOWN_VALUE = ["correct", "Horse", "battery", "Staple", "4711"].join("/");
const text = "some words of a log ";

const FLOODS = {
  "percent escapes": "%41",
  "percent escapes of percent escapes": "%2541",
  "escapes of JSON": String.raw`\u0041`,
  "references of HTML": "&#65;",
  "escapes of several kinds": String.raw`%41 &#65; \x41 =41=41`,
  "short words in base64": `${toBase64(Buffer.from(text.slice(0, 12)))} `,
  "base64 of base64 of words": `${toBase64(Buffer.from(`${toBase64(Buffer.from(text))} `))} `,
  "words in hex": `${Buffer.from(text).toString("hex")} `,
  "packed words": `${toBase64(gzipSync(text))} `,
  "words packed without a name": `${toBase64(deflateSync(text))} `,
  "what begins as if it were packed": "eJwAAAAAAAAAAAAAAAA ",
  "bytes that are packed tightly": `${toBase64(gzipSync("a".repeat(20_000)))} `,
  "values without their end": `${KNOWN_VALUE.slice(0, -1)} `,
  "values without their end in base64": `${toBase64(Buffer.from(KNOWN_VALUE.slice(0, -1)))} `,
};

describe(
  "what is decoded takes time in proportion to its length",
  { retry: 2, timeout: 120_000 },
  () => {
    it.each(Object.entries(FLOODS))("a flood of %s", (_, unit) => {
      let [bytes, few] = [FEW_BYTES, measure(unit, FEW_BYTES)];
      while (few < MIN_MS) {
        bytes *= 2;
        few = measure(unit, bytes);
      }
      const many = measure(unit, TIMES_MORE * bytes);

      expect(many / few).toBeLessThan(2 * TIMES_MORE);
    });
  },
);

function measure(unit: string, byteCount: number): number {
  const flood = Buffer.from(unit.repeat(Math.ceil(byteCount / unit.length)));
  const redaction = createRedaction();
  redaction.addValue(KNOWN_VALUE);
  return leastProcessorMs(() => {
    const stream = redaction.openStream({ emit: () => {} });
    stream.write(flood);
    stream.end();
  });
}

function toBase64(bytes: Buffer): string {
  return bytes.toString("base64");
}
