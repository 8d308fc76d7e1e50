import { createSecretKey, type KeyObject } from "node:crypto";

import { describe, expect, test } from "vitest";

import { isSameMac, signBatch } from "../../../collector/ingest/batch-signature.ts";
import { deriveUploadKey } from "../../../collector/ingest/upload-key.ts";
import type { BatchHead } from "../../../protocol/index.ts";

const MASTER = Buffer.alloc(32, 1);
const HEAD: BatchHead = {
  runId: "a",
  firstSeq: 1,
  count: 2,
  encoding: "zstd",
  previousMac: "",
};
const CONTENT = Buffer.from("content");
const key = createSecretKey(deriveUploadKey(MASTER, "a"));

describe("the MAC of a batch", () => {
  test("is the same for the same", () => {
    expect(isSameMac(signBatch(key, HEAD, CONTENT), signBatch(key, { ...HEAD }, CONTENT))).toBe(
      true,
    );
  });

  test.each<[string, Partial<BatchHead>, Buffer, KeyObject]>([
    ["run", { runId: "b" }, CONTENT, key],
    ["place", { firstSeq: 2 }, CONTENT, key],
    ["count", { count: 3 }, CONTENT, key],
    ["encoding", { encoding: "gzip" }, CONTENT, key],
    ["batch before", { previousMac: "0".repeat(64) }, CONTENT, key],
    ["content", {}, Buffer.from("Content"), key],
    ["key", {}, CONTENT, createSecretKey(deriveUploadKey(MASTER, "b"))],
    ["collector", {}, CONTENT, createSecretKey(deriveUploadKey(Buffer.alloc(32, 2), "a"))],
  ])("is another for another %s", (_, change, content, withKey) => {
    const mac = signBatch(withKey, { ...HEAD, ...change }, content);

    expect(isSameMac(mac, signBatch(key, HEAD, CONTENT))).toBe(false);
  });

  test.each(["", "0".repeat(63), "0".repeat(65), "é".repeat(64), "0".repeat(62) + "\n0"])(
    "%j is none",
    (mac) => {
      expect(isSameMac(mac, signBatch(key, HEAD, CONTENT))).toBe(false);
    },
  );
});
