import { deflateSync, gzipSync } from "node:zlib";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { findDecodableRuns } from "../../../../agent/redact/decode/decodable-runs.ts";

describe("a run is worth decoding", () => {
  const said = "the secret is 12345, they say";
  test.each([
    ["base64", toBase64(said), "base64", 0b0001],
    ["base64 of the fewest characters", toBase64("a secret, 12"), "base64", 0b0001],
    ["base64url", Buffer.from("???>>>???>>> that").toString("base64url"), "base64", 0b0001],
    ["base64 behind characters of its own", `x${toBase64(said)}`, "base64", 0b0010],
    ["base64 of UTF-16", toBase64(Buffer.from("iex $env:", "utf16le")), "base64", 0b0001],
    ["base64 of gzip", toBase64(gzipSync(said)), "base64", 0b0001],
    ["base64 of zlib", toBase64(deflateSync(said)), "base64", 0b0001],
    ["hex", Buffer.from(said).toString("hex"), "hex", 0b01],
    ["hex in upper case", Buffer.from(said).toString("hex").toUpperCase(), "hex", 0b01],
    ["hex behind a digit", `c${Buffer.from(said).toString("hex")}`, "hex", 0b10],
  ])("%s", (_name, encoded, kind, alignments) => {
    const [run] = find(`name: ${encoded}\n`);

    expect(run?.kind).toBe(kind);
    expect(run?.start).toBe(6);
    expect(run?.end).toBe(6 + encoded.length);
    expect((run?.alignments ?? 0) & alignments).toBe(alignments);
  });
});

test("base32 is a run of its own within one of base64", () => {
  const encoded = "NBSWY3DPEB3W64TMMQ======";

  expect(find(`${encoded}NBSWY3DPEB3W64TMMQ`)).toEqual([]);
  expect(find(`x ${encoded} x`)).toEqual([]);
  expect(find(`x NBSWY3DPEB3W64TMMQQGC3TE====== x`)).toEqual([
    { kind: "base32", start: 2, end: 32, alignments: 1 },
  ]);
});

describe("what nobody has encoded is no run", () => {
  test.each([
    ["nothing", ""],
    ["words", "Updating the dependencies of the workspace"],
    ["a path", "/usr/lib/node_modules/npm/node_modules/semver/functions"],
    ["a name", "MY_VERY_LONG_ENVIRONMENT_VARIABLE_NAME"],
    ["a hash", "3c59dc048e8850243be8079a5c74d079ae3f1c2b9d7a6450f1e2d3c4b5a69788"],
    ["a rule of a table", "-".repeat(80)],
    ["letters A", "A".repeat(80)],
    ["base64 of 11 characters", toBase64("a secret, 1")],
  ])("%s", (_name, line) => {
    expect(find(line)).toEqual([]);
  });
});

test("what is encoded is found at each alignment behind whatever comes before it", () => {
  const printable = fc.string({ minLength: 16, maxLength: 60, unit: "grapheme-ascii" });
  fc.assert(
    fc.property(
      printable,
      fc.nat({ max: 9 }),
      fc.constantFrom<BufferEncoding>("base64", "base64url", "hex"),
      (secret, before, encoding) => {
        const encoded = Buffer.from(secret).toString(encoding);
        const runs = find(`${"c".repeat(before)}${encoded}`);

        const group = encoding === "hex" ? 2 : 4;
        expect(runs.some(({ alignments }) => alignments & (1 << (before % group)))).toBe(true);
      },
    ),
  );
});

test("random bytes are seldom taken for text", () => {
  const lines = Array.from({ length: 1000 }, (_, line) => {
    const bytes = Uint8Array.from({ length: 48 }, (_byte, at) => hash(line * 48 + at));
    return toBase64(bytes);
  });

  expect(find(lines.join("\n")).length).toBeLessThan(20);
});

test("bytes before and behind the text are not looked at", () => {
  const bytes = Buffer.from(`x${toBase64("a secret, 12, and more of it")}`);

  const runs = findDecodableRuns({ bytes, start: 1, end: 17, isOpen: false });

  expect(runs).toEqual([{ kind: "base64", start: 1, end: 17, alignments: 1 }]);
});

test("a run is judged by its first 4096 characters", () => {
  const binary = Buffer.alloc(3072, 0xff);

  expect(find(toBase64(Buffer.concat([binary, Buffer.from("a secret, 12")])))).toEqual([]);
  expect(
    find(toBase64(Buffer.concat([binary.subarray(12), Buffer.from("a secret, 12")]))),
  ).toHaveLength(1);
});

function find(line: string): ReturnType<typeof findDecodableRuns> {
  const bytes = Buffer.from(line);
  return findDecodableRuns({ bytes, start: 0, end: bytes.length, isOpen: false });
}

function toBase64(content: string | Uint8Array): string {
  return Buffer.from(content).toString("base64");
}

/** The low byte of a well mixed number. */
function hash(number: number): number {
  let mixed = Math.imul(number + 1, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b);
  return (mixed ^ (mixed >>> 13)) & 0xff;
}
