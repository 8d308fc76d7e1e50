import { constants, createZstdDecompress, zstdCompressSync } from "node:zlib";

import { expect, test, vi } from "vitest";

import { createFrameUnpacker } from "../../../collector/ingest/unpack-frame.ts";
import { unpack } from "../../../collector/ingest/unpack.ts";
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

test("whatever bytes are wrong, what is unpacked is what is unpacked by itself", () => {
  const random = createRandom(1);
  const frames = createFrameUnpacker();
  const text = LINE.repeat(40);
  const unpacked = { checked: 0, unchecked: 0 };
  for (let turn = 0; turn < 1_000; turn += 1) {
    // Most of what is changed is found by a checksum, which agents do not send.
    const kind = turn % 2 === 0 ? "checked" : "unchecked";
    const whole = pack(text, kind === "checked" ? CHECKED : {});
    const content = Buffer.from(whole.subarray(0, whole.length - (turn % 5 === 0 ? 1 : 0)));
    const at = random.below(content.length);
    content[at] = random.below(256);
    const found = frames.unpack(content, MAX_BYTES)?.toString("latin1");
    if (found === undefined) continue;

    unpacked[kind] += 1;
    expect(found).toBe(tryUnpack(content));
  }

  expect(unpacked.unchecked).toBeGreaterThan(50);
});

test.each<[string, () => void]>([
  ["does nothing", () => undefined],
  [
    "throws",
    () => {
      throw new TypeError("another argument is expected");
    },
  ],
])("where a call of Node.js's %s, nothing is unpacked, nor is what was there before", (_, call) => {
  const frames = createFrameUnpacker();
  const before = String(frames.unpack(pack(LINE), MAX_BYTES));
  const next = pack(LINE);
  const native = vi.spyOn(findNative(), "writeSync").mockImplementation(call);
  const [during, again] = [frames.unpack(next, MAX_BYTES), frames.unpack(next, MAX_BYTES)];
  const made = createFrameUnpacker();
  native.mockRestore();

  expect(before).toBe(LINE);
  expect([during, again]).toEqual([undefined, undefined]);
  // Given up, though it could be had again.
  expect(frames.unpack(next, MAX_BYTES)).toBeUndefined();
  expect(made.unpack(next, MAX_BYTES)).toBeUndefined();
});

/** What all decompressors of Node.js's have in common. */
function findNative(): { writeSync: () => void } {
  const native: unknown = Object.getPrototypeOf(Reflect.get(createZstdDecompress(), "_handle"));
  if (!hasWriteSync(native)) throw new Error("this Node.js has no such call");
  return native;
}

function hasWriteSync(value: unknown): value is { writeSync: () => void } {
  return typeof value === "object" && value !== null && "writeSync" in value;
}

function pack(text: string, params: Record<number, number> = {}): Buffer {
  return zstdCompressSync(Buffer.from(text), { params });
}

function tryUnpack(content: Buffer): string {
  try {
    return unpack(content, "zstd", MAX_BYTES).toString("latin1");
  } catch (error) {
    return String(error);
  }
}
