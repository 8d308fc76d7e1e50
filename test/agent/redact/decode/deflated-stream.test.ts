import { constants, deflateRawSync } from "node:zlib";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { inflateStream } from "../../../../agent/redact/decode/deflated-stream.ts";

const MAX_BYTES = 1_000_000;

/** Of few letters, so that much of it was there before. */
const repetitive = fc
  .array(fc.constantFrom("a", "b", "error: ", "password=", "\n", "0123456789".repeat(60)), {
    maxLength: 400,
  })
  .map((parts) => Buffer.from(parts.join("")));
const content = fc.oneof(repetitive, fc.uint8Array({ maxLength: 2000 }));
const options = fc.record({
  level: fc.constantFrom(0, 1, 6, 9),
  strategy: fc.constantFrom(
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_HUFFMAN_ONLY,
    constants.Z_RLE,
    constants.Z_FIXED,
  ),
});

test("what zlib packed is unpacked, wherever it begins and whatever comes behind it", () => {
  fc.assert(
    fc.property(content, options, (bytes, packing) => {
      const packed = deflateRawSync(bytes, packing);
      const within = Buffer.concat([Buffer.from("xyz"), packed, Buffer.alloc(20, 0xa5)]);

      const inflated = inflateStream(within, 3, MAX_BYTES);

      expect(Buffer.from(inflated.bytes)).toEqual(Buffer.from(bytes));
      expect(inflated).toMatchObject({ isCut: false, end: 3 + packed.length });
    }),
  );
});

test("of a stream that is cut the beginning is there", () => {
  fc.assert(
    fc.property(content, options, fc.nat(), (bytes, packing, cut) => {
      const packed = deflateRawSync(bytes, packing);
      const part = packed.subarray(0, cut % packed.length);

      const inflated = inflateStream(part, 0, MAX_BYTES);

      expect(inflated.end).toBe(-1);
      expect(Buffer.from(bytes).indexOf(inflated.bytes)).toBe(0);
    }),
  );
});

test("no more than was asked for is unpacked, and it is said that there is more", () => {
  fc.assert(
    fc.property(repetitive, options, fc.nat(), (bytes, packing, most) => {
      const maxBytes = most % (bytes.length + 1);

      const inflated = inflateStream(deflateRawSync(bytes, packing), 0, maxBytes);

      expect(inflated.bytes).toEqual(new Uint8Array(bytes.subarray(0, maxBytes)));
      expect(inflated.isCut).toBe(maxBytes < bytes.length);
    }),
  );
});

describe("what is no stream ends", () => {
  test("bytes of chance", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(inflateStream(bytes, 0, 10_000).bytes.length).toBeLessThanOrEqual(10_000);
      }),
      { numRuns: 2000 },
    );
  });

  test("a stream in which a byte is another", () => {
    fc.assert(
      fc.property(repetitive, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, change) => {
        const packed = deflateRawSync(bytes);
        packed[at % packed.length] = (packed[at % packed.length] ?? 0) ^ change;

        expect(inflateStream(packed, 0, 10_000).bytes.length).toBeLessThanOrEqual(10_000);
      }),
      { numRuns: 1000 },
    );
  });
});
