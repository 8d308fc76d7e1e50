import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createRingReader, type RingReader } from "../../../../agent/sensor/kernel/ring-reader.ts";
import { createFakeRing } from "./support/ring-memory.ts";

const FOREVER = Number.POSITIVE_INFINITY;
const SIZE = 4096;

function readAll(reader: RingReader, deadline = FOREVER): { texts: string[]; more: boolean } {
  const texts: string[] = [];
  const more = reader.drain((data, offset, length) => {
    texts.push(data.toString("latin1", offset, offset + length));
  }, deadline);
  return { texts, more };
}

const record = (text: string) => ({ bytes: Buffer.from(text, "latin1") });

describe("reading a ring buffer", () => {
  test("gives every record once, in order, and gives the room back", () => {
    const ring = createFakeRing(SIZE);
    const reader = createRingReader(ring.memory);
    expect(readAll(reader)).toEqual({ texts: [], more: false });
    for (const text of ["one", "", "three is longer"]) ring.write(record(text));
    expect(readAll(reader).texts).toEqual(["one", "", "three is longer"]);
    expect(readAll(reader).texts).toEqual([]);
    expect(ring.consumerPosition()).toBe(16 + 8 + 24);
  });

  test("passes over what the kernel discarded", () => {
    const ring = createFakeRing(SIZE);
    const reader = createRingReader(ring.memory);
    ring.write(record("one"));
    ring.write({ ...record("nothing"), state: "discarded" });
    ring.write(record("two"));
    expect(readAll(reader).texts).toEqual(["one", "two"]);
  });

  test("waits at a record that is being written, and goes on when it is", () => {
    const ring = createFakeRing(SIZE);
    const reader = createRingReader(ring.memory);
    ring.write(record("one"));
    ring.write({ ...record("two"), state: "busy" });
    ring.write(record("three"));
    const written = reader.written();
    expect(readAll(reader)).toEqual({ texts: ["one"], more: false });
    expect(reader.hasRead(written)).toBe(false);
    ring.commit();
    expect(readAll(reader).texts).toEqual(["two", "three"]);
    expect(reader.hasRead(written)).toBe(true);
    expect(reader.corruptions).toBe(0);
  });

  test("a record across the ring's end comes whole", () => {
    const ring = createFakeRing(SIZE);
    const reader = createRingReader(ring.memory);
    const texts = ["a".repeat(3000), "b".repeat(2000), "c".repeat(2500)];
    for (const text of texts) {
      expect(ring.write(record(text))).toBe(true);
      expect(readAll(reader).texts).toEqual([text]);
    }
  });

  test.for([2 ** 31 - 64, 2 ** 32 - 64, 2 ** 33 - 64, 2 ** 40 - 64])(
    "positions go on beyond %d",
    (start) => {
      const ring = createFakeRing(SIZE, start);
      const reader = createRingReader(ring.memory);
      for (let round = 0; round < 40; round += 1) {
        ring.write(record(`round ${round}`));
        expect(readAll(reader).texts).toEqual([`round ${round}`]);
      }
      expect(ring.consumerPosition()).toBe(start + 40 * 16);
    },
  );

  test("what a reader left is where the next one begins", () => {
    const ring = createFakeRing(SIZE);
    ring.write(record("first"));
    readAll(createRingReader(ring.memory));
    ring.write(record("second"));
    expect(readAll(createRingReader(ring.memory)).texts).toEqual(["second"]);
  });

  test("stops at its deadline with more to come, and gives back what it has read", () => {
    const ring = createFakeRing(2 ** 20);
    const reader = createRingReader(ring.memory);
    while (ring.write(record("x".repeat(1000))));
    const first = readAll(reader, 0);
    expect(first.more).toBe(true);
    expect(ring.consumerPosition()).toBe(first.texts.length * 1008);
    let turns = 1;
    let count = first.texts.length;
    for (;;) {
      const { texts, more } = readAll(reader, 0);
      turns += 1;
      count += texts.length;
      if (!more) break;
    }
    expect(turns).toBeGreaterThan(3);
    expect(count).toBe(Math.floor((2 ** 20 - 1) / 1008));
  });

  test("keeps its deadline where records are small, and each takes long", () => {
    const ring = createFakeRing(2 ** 20);
    const reader = createRingReader(ring.memory);
    while (ring.write(record("x".repeat(80))));
    const { texts, more } = readAll(reader, 0);
    expect(more).toBe(true);
    expect(texts.length).toBeLessThanOrEqual(64);
    expect(ring.consumerPosition()).toBe(texts.length * 88);
  });

  test("is the model of a queue, whatever is written and read in whatever order", () => {
    const step = fc.oneof(
      fc.record({ write: fc.string({ maxLength: 900, unit: "binary-ascii" }) }),
      fc.record({ discard: fc.string({ maxLength: 900, unit: "binary-ascii" }) }),
      fc.constant("read" as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat(2 ** 33), (steps, start) => {
        const ring = createFakeRing(SIZE, start - (start % 8));
        const reader = createRingReader(ring.memory);
        const written: string[] = [];
        const read: string[] = [];
        for (const one of [...steps, "read" as const]) {
          if (one === "read") {
            read.push(...readAll(reader).texts);
          } else if ("write" in one) {
            if (ring.write(record(one.write))) written.push(one.write);
          } else {
            ring.write({ ...record(one.discard), state: "discarded" });
          }
        }
        expect(read).toEqual(written);
        expect(reader.corruptions).toBe(0);
      }),
    );
  });

  test("survives any bytes: it ends, stays inside of the ring, and comes to an end of them", () => {
    const bytes = fc.uint8Array({ minLength: SIZE, maxLength: SIZE });
    fc.assert(
      fc.property(bytes, fc.nat(4 * SIZE), fc.nat(SIZE / 8), (scribbled, produced, start) => {
        const ring = createFakeRing(SIZE, start * 8);
        const reader = createRingReader(ring.memory);
        ring.scribble(scribbled);
        ring.setProducerPosition(start * 8 + produced);
        const outside: { offset: number; length: number }[] = [];
        let previous = -1;
        for (let turn = 0; turn < 10 && previous !== ring.consumerPosition(); turn += 1) {
          previous = ring.consumerPosition();
          reader.drain((data, offset, length) => {
            if (offset < 0 || offset + length > data.length || length >= SIZE)
              outside.push({ offset, length });
          }, FOREVER);
          expect(ring.consumerPosition()).toBeGreaterThanOrEqual(previous);
        }
        expect(outside).toEqual([]);
        // Either everything was passed over, or what is next claims to be still in the making.
        expect(previous).toBe(ring.consumerPosition());
      }),
    );
  });

  test("bytes that make no sense are passed over and counted, and what follows is read", () => {
    const ring = createFakeRing(SIZE);
    const reader = createRingReader(ring.memory);
    ring.write(record("good"));
    ring.scribble(Buffer.from([0xff, 0xff, 0xff, 0x3f]));
    expect(readAll(reader).texts).toEqual([]);
    expect(reader.corruptions).toBe(1);
    ring.write(record("next"));
    expect(readAll(reader).texts).toEqual(["next"]);
  });
});
