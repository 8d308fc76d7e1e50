import * as fc from "fast-check";
import { expect, test } from "vitest";

import {
  errorOf,
  parseMessages,
  splitBody,
  toMessage,
} from "../../../../agent/egress/netlink/netlink-message.ts";

const uint16 = fc.integer({ min: 0, max: 0xffff });
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const message = fc.record({
  type: uint16,
  flags: uint16,
  sequence: uint32,
  family: fc.integer({ min: 0, max: 0xff }),
  resource: uint16,
  attributes: fc.uint8Array({ maxLength: 40 }).map((bytes) => {
    const padded = Buffer.alloc((bytes.length + 3) & ~3);
    padded.set(bytes);
    return padded;
  }),
});

test("several messages in a datagram are read as they were written", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), (written) => {
      const datagram = Buffer.concat(written.map((it) => toMessage(it, [it.attributes])));
      const read = parseMessages(datagram);

      expect(read.map(({ type, sequence, portId }) => ({ type, sequence, portId }))).toEqual(
        written.map(({ type, sequence }) => ({ type, sequence, portId: 0 })),
      );
      expect(read.map(({ body }) => splitBody(body))).toEqual(
        written.map(({ family, attributes }) => ({ family, attributes })),
      );
    }),
  );
});

test("bytes of any kind are read without throwing and to an end", () => {
  // Small numbers too, so that lengths often make sense.
  const byte = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 64 }));
  let seen = 0;
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 400, size: "max" }), (bytes) => {
      const messages = parseMessages(Buffer.from(bytes));
      seen += messages.length;
      return messages.every((it) => {
        splitBody(it.body);
        errorOf(it);
        return it.body.length <= bytes.length - 16;
      });
    }),
    { numRuns: 1000 },
  );

  expect(seen).toBeGreaterThan(10);
});

test("a length that no message has ends the reading", () => {
  const whole = toMessage({ type: 1, flags: 0, sequence: 1, family: 0 });
  const broken = Buffer.from(whole);
  broken.writeUInt32LE(15, 0);

  expect(parseMessages(Buffer.concat([whole, broken, whole]))).toHaveLength(1);
  broken.writeUInt32LE(0xffff_ffff, 0);
  expect(parseMessages(Buffer.concat([whole, broken]))).toHaveLength(1);
});

test("an answer says which error it was, or none", () => {
  expect(errorOf(answer(2, -17))).toBe(17);
  expect(errorOf(answer(2, 0))).toBe(0);
  expect(errorOf(answer(3, -17))).toBeUndefined();
  expect(errorOf({ ...answer(2, -17), body: Buffer.alloc(3) })).toBeUndefined();
});

function answer(type: number, code: number) {
  const body = Buffer.alloc(20);
  body.writeInt32LE(code);
  return { type, sequence: 1, portId: 0, body };
}
