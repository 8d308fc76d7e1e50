import { constants, zstdCompressSync } from "node:zlib";

import { expect, test } from "vitest";

import { createFrameUnpacker } from "../../../collector/ingest/unpack-frame.ts";
import { createUnpack, type Unpack, unpack } from "../../../collector/ingest/unpack.ts";
import { createRandom } from "../support/random.ts";

const MAX_BYTES = 300_000;
const CHECKED = { [constants.ZSTD_c_checksumFlag]: 1 };
const LINE = '{"seq":1,"kind":"heartbeat","observedAt":"2026-01-31T12:00:00.000001Z"}\n';

test("a frame as agents send it is unpacked, one after another", () => {
  const frames = createFrameUnpacker();
  for (const lines of [1, 100, 3, 3_000]) {
    const text = Buffer.from(LINE.repeat(lines));

    expect(frames.unpack(zstdCompressSync(text), MAX_BYTES)?.equals(text)).toBe(true);
  }
});

test.each<[string, Buffer]>([
  ["is two frames", Buffer.concat([pack(LINE), pack(LINE)])],
  ["has something behind it", Buffer.concat([pack(LINE), Buffer.from("more")])],
  ["is cut off", pack(LINE.repeat(50)).subarray(0, -3)],
  [
    "lacks its last block alone, which is empty",
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, 4, 0x20, 0, 0, 97, 98, 99, 10]),
  ],
  ["lacks what it is checked by", pack(LINE, CHECKED).subarray(0, -4)],
  ["does not say how long it is", pack(LINE, { [constants.ZSTD_c_contentSizeFlag]: 0 })],
  ["is long", pack(LINE.repeat(4_000))],
  ["is empty", Buffer.alloc(0)],
  ["is none", Buffer.from(LINE)],
])("one that %s is left to others, and the next one is unpacked", (_, content) => {
  const frames = createFrameUnpacker();

  expect(frames.unpack(content, MAX_BYTES)).toBeUndefined();
  expect(String(frames.unpack(pack(LINE), MAX_BYTES))).toBe(LINE);
});

test("one that is longer than it may be is left to others", () => {
  expect(createFrameUnpacker().unpack(pack(LINE), LINE.length - 1)).toBeUndefined();
});

test("whatever bytes are wrong, it is unpacked or refused as by itself", () => {
  const random = createRandom(1);
  const unpackNext = createUnpack();
  const whole = pack(LINE.repeat(40), CHECKED);
  for (let turn = 0; turn < 1_000; turn += 1) {
    const content = Buffer.from(whole.subarray(0, whole.length - (turn % 5 === 0 ? 1 : 0)));
    const at = random.below(content.length);
    content[at] = random.below(256);

    expect(tryUnpack(unpackNext, content)).toBe(tryUnpack(unpack, content));
  }
});

function pack(text: string, params: Record<number, number> = {}): Buffer {
  return zstdCompressSync(Buffer.from(text), { params });
}

function tryUnpack(by: Unpack, content: Buffer): string {
  try {
    return by(content, "zstd", MAX_BYTES).toString("latin1");
  } catch (error) {
    return String(error);
  }
}
