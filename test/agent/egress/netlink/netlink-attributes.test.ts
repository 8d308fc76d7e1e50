import * as fc from "fast-check";
import { expect, test } from "vitest";

import {
  MAX_ATTRIBUTE_VALUE_BYTES,
  parseAttributes,
  textOf,
  toAttribute,
  toNest,
  toTextAttribute,
  toUint32Attribute,
  toUint64Attribute,
  uint32Of,
} from "../../../../agent/egress/netlink/netlink-attributes.ts";

const type = fc.integer({ min: 0, max: 0x3fff });
const value = fc.uint8Array({ maxLength: 300 });

test("what was written is read again, whatever it is and in whatever order", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(type, value), { selector: ([it]) => it }), (entries) => {
      const bytes = Buffer.concat(entries.map(([it, content]) => toAttribute(it, content)));

      expect(bytes.length % 4).toBe(0);
      expect(
        [...parseAttributes(bytes)].map(([it, content]) => [it, new Uint8Array(content)]),
      ).toEqual(entries);
    }),
  );
});

test("what is nested is read as one, and then as many", () => {
  const children = [toUint32Attribute(1, 7), toTextAttribute(2, "name")];
  const nest = parseAttributes(toNest(5, children)).get(5) ?? Buffer.alloc(0);

  expect(uint32Of(parseAttributes(nest), 1)).toBe(7);
  expect(textOf(parseAttributes(nest), 2)).toBe("name");
});

test("numbers are big-endian, lengths little-endian, texts end with a NUL", () => {
  expect(toUint32Attribute(3, 0x0102_0304)).toEqual(Buffer.of(8, 0, 3, 0, 1, 2, 3, 4));
  expect(toUint64Attribute(4, 0x1_0000_0002)).toEqual(
    Buffer.of(12, 0, 4, 0, 0, 0, 0, 1, 0, 0, 0, 2),
  );
  expect(toTextAttribute(1, "ab")).toEqual(Buffer.of(7, 0, 1, 0, 97, 98, 0, 0));
});

test("of several attributes of a type the last one counts", () => {
  const bytes = Buffer.concat([toUint32Attribute(1, 1), toUint32Attribute(1, 2)]);

  expect(uint32Of(parseAttributes(bytes), 1)).toBe(2);
});

test("bytes of any kind are read without throwing, and never beyond their end", () => {
  const byte = fc.integer({ min: 0, max: 255 });
  // Lengths that often make sense, before contents that are as long by chance.
  const likely = fc.tuple(fc.integer({ min: 0, max: 16 }), fc.constant(0), byte, byte);
  const hostile = fc
    .array(fc.tuple(likely, fc.uint8Array({ maxLength: 12 })), { maxLength: 8 })
    .map((parts) => Buffer.concat(parts.flatMap(([head, rest]) => [Buffer.from(head), rest])));
  let read = 0;
  fc.assert(
    fc.property(fc.oneof(hostile, fc.uint8Array({ maxLength: 99 })), (bytes) => {
      const attributes = parseAttributes(Buffer.from(bytes));
      read += attributes.size;
      return [...attributes].every(
        ([it, content]) =>
          it <= 0x3fff &&
          content.length <= bytes.length - 4 &&
          (uint32Of(attributes, it) ?? 0) >= 0 &&
          textOf(attributes, it)?.includes("\0") === false,
      );
    }),
    { numRuns: 1000 },
  );

  expect(read).toBeGreaterThan(100);
});

test.each([
  ["shorter than a header", [3, 0, 9, 0]],
  ["of length 0", [0, 0, 9, 0]],
  ["longer than what is left", [9, 0, 9, 0, 1, 2, 3, 4]],
  ["cut off in its header", [8, 0]],
])("an attribute %s ends the reading, and what came before it is kept", (_what, rest) => {
  const bytes = Buffer.concat([toUint32Attribute(1, 1), Buffer.from(rest)]);

  expect([...parseAttributes(bytes).keys()]).toEqual([1]);
});

test("a value that the length cannot tell is a defect, not a shorter one", () => {
  expect(toAttribute(1, Buffer.alloc(MAX_ATTRIBUTE_VALUE_BYTES)).readUInt16LE(0)).toBe(0xffff);
  expect(() => toAttribute(1, Buffer.alloc(MAX_ATTRIBUTE_VALUE_BYTES + 1))).toThrow(RangeError);
});

test("a number that is cut short is none", () => {
  expect(uint32Of(parseAttributes(toAttribute(1, Buffer.alloc(3))), 1)).toBeUndefined();
  expect(textOf(parseAttributes(Buffer.alloc(0)), 1)).toBeUndefined();
});
