import { gzipSync, zstdCompressSync } from "node:zlib";

import { describe, expect, test } from "vitest";

import { unpack } from "../../../collector/ingest/unpack.ts";
import type { ContentEncoding } from "../../../protocol/index.ts";

const TEXT = Buffer.from("one\ntwo\n".repeat(100));
const PACKED: readonly (readonly [ContentEncoding, Buffer])[] = [
  ["zstd", zstdCompressSync(TEXT)],
  ["gzip", gzipSync(TEXT)],
  ["identity", TEXT],
];

describe.each(PACKED)("%s", (encoding, content) => {
  test("is unpacked", () => {
    expect(unpack(content, encoding, TEXT.length)).toEqual(TEXT);
  });

  test("is refused where it is longer than it may be", () => {
    expect(() => unpack(content, encoding, TEXT.length - 1)).toThrow(
      expect.objectContaining({ code: "too-large" }),
    );
  });
});

test.each<ContentEncoding>(["zstd", "gzip"])(
  "a bomb of %s is given up before it is whole",
  (encoding) => {
    const zeros = Buffer.alloc(128 * 1024 * 1024);
    const bomb = encoding === "zstd" ? zstdCompressSync(zeros) : gzipSync(zeros);
    const before = process.memoryUsage().rss;

    expect(() => unpack(bomb, encoding, 1_000_000)).toThrow(
      expect.objectContaining({ code: "too-large" }),
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  },
);

test.each<ContentEncoding>(["zstd", "gzip"])("what is no %s is said to be none", (encoding) => {
  expect(() => unpack(TEXT, encoding, 1_000_000)).toThrow(
    expect.objectContaining({ code: "bad-request", message: `the content is no ${encoding}` }),
  );
  expect(() => unpack(Buffer.alloc(0), encoding, 1_000_000)).toThrow(
    expect.objectContaining({ code: "bad-request" }),
  );
});
