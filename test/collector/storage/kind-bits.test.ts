import { expect, test } from "vitest";

import { toKindBits, toKindMask } from "../../../collector/storage/sqlite/kind-bits.ts";
import { guardEventSchema } from "../../../protocol/index.ts";

const kinds = guardEventSchema.options.map(({ shape }) => shape.kind.value);

test("a batch without an event is found where none is asked for by its kind", () => {
  expect(toKindBits([]) & toKindMask(null)).not.toBe(0);
});

test("every kind has a bit of its own, that no query takes for another's", () => {
  const bits = kinds.map((kind) => toKindBits([kind]));

  expect(new Set(bits).size).toBe(kinds.length);
  for (const kind of kinds) {
    expect(kinds.filter((other) => (toKindBits([other]) & toKindMask(kind)) !== 0)).toEqual([kind]);
  }
});
