import { expect, test } from "vitest";

import { readFrameLength } from "../../../collector/ingest/frame-length.ts";

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
/** Of one segment, its length in a byte; in two, less 256; in four. */
const [SHORT, LONGER, LONG] = [0b0010_0000, 0b0110_0000, 0b1010_0000];
const CHECKED = 0b0010_0100;
/** Raw blocks of three bytes. */
const BLOCK = [0b1_1000, 0, 0, 97, 98, 99];
const LAST_BLOCK = [0b1_1001, 0, 0, 97, 98, 99];

test.each<[string, readonly number[], number | undefined]>([
  ["says how long it is in a byte", [SHORT, 3, ...LAST_BLOCK], 3],
  ["says it in two", [LONGER, 2, 1, ...LAST_BLOCK], 256 + 0x102],
  ["says it in four", [LONG, 4, 3, 2, 1, ...LAST_BLOCK], 0x1_02_03_04],
  ["says it in eight", [0b1110_0000, 3, 0, 0, 0, 0, 0, 0, 0, ...LAST_BLOCK], undefined],
  ["says what window it needs", [0b0100_0000, 0, 0, 0, ...LAST_BLOCK], undefined],
  ["needs a dictionary", [0b0010_0001, 1, 3, ...LAST_BLOCK], undefined],
  ["has a bit that is kept for later", [0b0010_1000, 3, ...LAST_BLOCK], undefined],
  ["has more than one block", [SHORT, 6, ...BLOCK, ...LAST_BLOCK], 6],
  ["has a block of one byte again and again", [SHORT, 9, 0b100_1011, 0, 0, 97], 9],
  ["has no last block", [SHORT, 3, ...BLOCK], undefined],
  ["has half of the head of a block", [SHORT, 3, ...BLOCK, 1, 0], undefined],
  ["lacks a byte of its last block", [SHORT, 3, ...LAST_BLOCK.slice(0, -1)], undefined],
  ["has a byte behind it", [SHORT, 3, ...LAST_BLOCK, 0], undefined],
  ["has what it is checked by", [CHECKED, 3, ...LAST_BLOCK, 1, 2, 3, 4], 3],
  ["lacks a part of what it is checked by", [CHECKED, 3, ...LAST_BLOCK, 1, 2, 3], undefined],
])("a frame that %s", (_, bytes, expected) => {
  expect(readFrameLength(Buffer.from([...MAGIC, ...bytes]))).toBe(expected);
});

test("what is no frame", () => {
  expect(readFrameLength(Buffer.from([0, 0, 0, 0, SHORT, 3, ...LAST_BLOCK]))).toBeUndefined();
});
