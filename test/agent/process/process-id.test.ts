import * as fc from "fast-check";
import { expect, test } from "vitest";

import { toProcessId } from "../../../agent/process/process-id.ts";
import { processIdSchema } from "../../../protocol/index.ts";

const refs = fc.record({
  pid: fc.integer({ min: 1, max: 4_194_304 }),
  startTicks: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
});

test("is a process id of the protocol that tells its pid", () => {
  fc.assert(
    fc.property(refs, (ref) => {
      const id = toProcessId(ref);

      expect(processIdSchema.parse(id)).toBe(id);
      expect(id.startsWith(`${ref.pid}-`)).toBe(true);
    }),
  );
  const largest = toProcessId({ pid: 0xffff_ffff, startTicks: 2 ** 64 });
  expect(processIdSchema.parse(largest)).toBe(largest);
});

test("is shared by two processes only when pid and start are the same", () => {
  fc.assert(
    fc.property(refs, refs, (one, other) => {
      const isSame = one.pid === other.pid && one.startTicks === other.startTicks;

      expect(toProcessId(one) === toProcessId(other)).toBe(isSame);
    }),
  );
  expect(toProcessId({ pid: 7, startTicks: 36 })).toBe("7-10");
});
