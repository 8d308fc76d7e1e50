import * as fc from "fast-check";
import { expect, test } from "vitest";

import type { Observation } from "../../../../agent/observation.ts";
import { createRecordDecoder } from "../../../../agent/sensor/kernel/decode-record.ts";
import { RECORD_KINDS } from "../../../../agent/sensor/kernel/record-kinds.ts";

const decode = createRecordDecoder({
  clock: (nanoseconds) => Math.round(nanoseconds / 1000),
  watchedEnvironment: new Set(["LD_PRELOAD"]),
  cgroupPath: () => undefined,
});

const KINDS = new Set([
  "fork",
  "exec",
  "exit",
  "connect",
  "flow",
  "file",
  "file-read",
  "memory-access",
  "privileged",
]);

function isWellFormed(observation: Observation): boolean {
  if (!KINDS.has(observation.kind) || !Number.isSafeInteger(observation.at)) return false;
  if (!("process" in observation)) return false;
  const values: unknown[] = [...Object.values(observation), ...Object.values(observation.process)];
  return values.every((value) => value !== undefined && !Number.isNaN(value));
}

/** Bytes with the kind of a record in front, and times small enough to be ones. */
const bytes = fc
  .tuple(
    fc.integer({ min: 0, max: RECORD_KINDS + 1 }),
    fc.uint8Array({ maxLength: 400, size: "max" }),
  )
  .map(([kind, rest]) => {
    const record = Buffer.from(rest);
    if (record.length >= 2) record.writeUInt16LE(kind, 0);
    if (record.length >= 16) record.fill(0, 14, 16);
    return record;
  });

test("any bytes are an observation that is well-formed, or nothing", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(bytes, (record) => {
      const observation = decode(record, 0, record.length);
      if (observation === undefined) return;
      seen.add(observation.kind);
      expect(observation).toSatisfy(isWellFormed);
    }),
    { numRuns: 5000 },
  );
  expect(seen.size).toBeGreaterThan(5);
});

test("nothing is read that lies outside of the record", () => {
  fc.assert(
    fc.property(bytes, fc.uint8Array({ maxLength: 64 }), (record, around) => {
      const length = around.length;
      const alone = decode(record, 0, record.length);
      const amid = decode(
        Buffer.concat([around, record, Buffer.alloc(5000, "!")]),
        length,
        record.length,
      );
      expect(amid).toEqual(alone);
    }),
  );
});

test("a record that claims to be longer than its memory ends with it", () => {
  fc.assert(
    fc.property(bytes, fc.nat(2 ** 30), (record, more) => {
      expect(decode(record, 0, record.length + more)).toEqual(decode(record, 0, record.length));
    }),
  );
});

test.for([0, RECORD_KINDS, 0xffff])("a record of no known kind (%d) is nothing", (kind) => {
  const record = Buffer.alloc(200);
  record.writeUInt16LE(kind, 0);
  expect(decode(record, 0, record.length)).toBeUndefined();
});
