import { deflateSync, gzipSync } from "node:zlib";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { toSourceSpan } from "../../../../agent/redact/decode/decoded.ts";
import { processorMs } from "../../../support/processor-time.ts";
import { decodeAll, holds } from "./decode-all.ts";

const SECRET = "a secret of 29 letters, it is";

describe("what is packed in base64 or hex is read", () => {
  const behind =
    "and what comes behind it, at some length, so that there is more than one block of it";
  const content = `before it ${SECRET} ${behind} ${behind}`;
  test.each([
    ["gzip", gzipSync(content)],
    ["zlib", deflateSync(content)],
    ["gzip that was cut", gzipSync(content).subarray(0, -20)],
    ["gzip behind something else", Buffer.concat([Buffer.from("xyz"), gzipSync(content)])],
    ["UTF-16", Buffer.from(content, "utf16le")],
    ["UTF-16 with the other byte first", Buffer.from(content, "utf16le").swap16()],
  ])("%s in base64 and in hex", (_name, packed) => {
    for (const encoding of ["base64", "base64url", "hex"] as const) {
      const found = decodeAll(packed.toString(encoding)).decoded.filter(holds(SECRET));

      expect(found.map(({ encodings }) => encodings.length)).toEqual([2]);
    }
  });
});

test("all characters that hold a bit of a secret are covered, and no others", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 20 }),
      fc.uint8Array({ maxLength: 20 }),
      fc.constantFrom<BufferEncoding>("base64", "base64url", "hex"),
      (before, behind, encoding) => {
        const content = Buffer.concat([before, Buffer.from(SECRET), behind]);
        const written = content.toString(encoding);
        const decoded = decodeAll(`: ${written}`).decoded.find(holds(SECRET));
        const start = decoded === undefined ? -1 : Buffer.from(decoded.bytes).indexOf(SECRET);
        const span = decoded && toSourceSpan(decoded, start, start + SECRET.length);

        expect(span).toEqual(spanOfChanged(content, before.length, encoding));
      },
    ),
  );
});

/** Characters that change when any bit of the secret does; padding, too, when the secret is all there is at the end. */
function spanOfChanged(
  content: Buffer,
  at: number,
  encoding: BufferEncoding,
): { start: number; end: number } {
  const written = content.toString(encoding);
  const inverted = content.map((byte, index) =>
    index >= at && index < at + SECRET.length ? byte ^ 0xff : byte,
  );
  const other = Buffer.from(inverted).toString(encoding);
  const changed = written
    .split("")
    .flatMap((character, index) => (character === other[index] ? [] : [index]));
  const isLast = at + SECRET.length === content.length;
  const end = isLast ? written.length : (changed.at(-1) ?? 0) + 1;
  return { start: 2 + (changed[0] ?? 0), end: 2 + end };
}

test("padding that is not due is no part of the secret", () => {
  const written = Buffer.from(`${SECRET}1`).toString("base64");

  const [decoded] = decodeAll(`${written}==`).decoded;

  expect(decoded && toSourceSpan(decoded, 0, 30)).toEqual({ start: 0, end: 40 });
});

describe("lines are joined only where they look wrapped", () => {
  const line = Buffer.from("x".repeat(57)).toString("base64");
  test.each([
    ["the next line is longer", `${line}\n${line}AAAA\n`, 57],
    ["the next line is prose", `${line}\nthat was it\n`, 57],
    ["the next line is empty", `${line}\n\n${line}\n`, 57],
    ["something else stands in the line", `${line} ends\n${line}\n`, 57],
    ["the run is padded", `${line.slice(0, -1)}=\n${line}\n`, 56],
    ["a shorter line has ended it", `${line}\n${line.slice(0, 40)}\n${line}\n`, 57 + 30],
    ["the indentation differs", `  ${line}\n    ${line}\n`, 57],
    ["they do", `  ${line}\n  ${line}\n`, 57 * 2],
    ["they are quoted alike", `> ${line}\n> ${line}\n`, 57 * 2],
    ["the first begins behind a name", `data: ${line}\n${line}\n`, 57 * 2],
    ["the whole line was wrapped", `data: ${line.slice(6)}\n${line}\n`, 51 + 57],
  ])("%s", (_name, text, length) => {
    expect(decodeAll(text).decoded[0]?.bytes.length).toBe(length);
  });
});

test("lines that were joined are known by how far the first one reaches", () => {
  const line = Buffer.from("x".repeat(57)).toString("base64");
  const text = `${line}\n${line}\n${line}==\n`;

  expect(decodeAll(text).decoded[0]?.through).toBe(text.length - 1);
});

describe("what meets the end of an open text is not decided", () => {
  const line = Buffer.from("x".repeat(57)).toString("base64");
  test.each([
    ["the run", line],
    ["the line break", `${line}\r`],
    ["the next line is not there", `${line}\n`],
    ["the next line is begun", `${line}\n${line.slice(0, 20)}`],
    ["a line behind it is begun", `${line}\n${line}\n${line}`],
  ])("%s", (_name, text) => {
    const { decoded, goesOnFrom } = decodeAll(`one\n: ${text}`, { isOpen: true });

    expect(decoded).toEqual([]);
    expect(goesOnFrom[0]).toBe(6);
    expect(decodeAll(text).decoded).not.toEqual([]);
  });

  test("but what ends before it is", () => {
    expect(decodeAll(`${line}\n\n`, { isOpen: true })).toMatchObject({
      decoded: [{ through: line.length }],
      goesOnFrom: [],
    });
  });
});

describe("a run without an end", () => {
  test("is decoded in pieces, in one of which each secret is whole", () => {
    const content = Array.from({ length: 6000 }, (_, index) => `${index} ${SECRET}`).join(",");
    const pieces = decodeAll(Buffer.from(content).toString("base64")).decoded;

    expect(pieces).toHaveLength(5);
    for (let index = 1; index < 5999; index += 61) {
      const secret = `,${index} ${SECRET},`;
      const span = { start: content.indexOf(secret), end: content.indexOf(secret) + secret.length };
      const covered = pieces.filter(holds(secret)).map((piece) => {
        const at = Buffer.from(piece.bytes).indexOf(secret);
        return toSourceSpan(piece, at, at + secret.length);
      });
      expect(covered).toContainEqual({
        start: Math.floor((span.start * 4) / 3),
        end: Math.ceil((span.end * 4) / 3),
      });
    }
  });

  test("gives whole pieces of an open text, and asks for the rest", () => {
    const long = Buffer.alloc(100_000, "secrets, ").toString("base64");

    const { decoded, goesOnFrom } = decodeAll(long, { isOpen: true });

    expect(decoded.map(({ bytes }) => bytes.length)).toEqual([49_152, 49_152]);
    expect(goesOnFrom).toEqual([122_880]);
  });
});

describe("a bomb costs little and hides nothing of its beginning", () => {
  test("thirty megabytes of zeros", () => {
    const bomb = gzipSync(Buffer.concat([Buffer.from(SECRET), Buffer.alloc(30_000_000)]));

    const found = decodeAll(bomb.toString("base64")).decoded;

    expect(Math.max(...found.map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(1_048_576);
    expect(found.filter(holds(SECRET)).map(({ isCut }) => isCut)).toEqual([true]);
  });

  test("a stream that is none", () => {
    const broken = Buffer.concat([gzipSync("x").subarray(0, 10), Buffer.alloc(60, 0xff)]);

    expect(decodeAll(broken.toString("base64")).decoded.map(({ encodings }) => encodings)).toEqual([
      ["base64"],
    ]);
  });
});

describe("a flood of a megabyte is over soon", () => {
  const megabyte = 1_000_000;
  const wrapped = Buffer.alloc(megabyte, "secrets of all kinds, ").toString("base64");
  test.each([
    ["text in one run", wrapped.slice(0, megabyte)],
    ["text in a wrapped block", wrapped.slice(0, megabyte).replaceAll(/.{76}/gu, "$&\n")],
    ["hex digits", "6162636465666768".repeat(megabyte / 16)],
    ["letters A", "A".repeat(megabyte)],
    ["runs that end their lines", `${wrapped.slice(0, 40)}\n`.repeat(megabyte / 41)],
    ["starts of gzip", "H4sIAAAA".repeat(megabyte / 8)],
  ])("%s", (_name, text) => {
    let count = 0;
    const ms = processorMs(() => (count = decodeAll(text).decoded.length));

    expect(count).toBeLessThan(30_000);
    expect(ms).toBeLessThan(10_000);
  });
});
