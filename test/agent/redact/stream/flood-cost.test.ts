import { describe, expect, it } from "vitest";

import { createRedaction } from "../../../../agent/redact/redaction.ts";
import { leastProcessorMs } from "../../../support/processor-time.ts";

const FEW_BYTES = 100_000;
const TIMES_MORE = 4;

const FLOODS = {
  "variables of a pipeline": "##vso[task.setvariable variable=x;issecret=true]value\n",
  "variables of a pipeline in one line":
    "##vso[task.setvariable variable=x;issecret=true]value1234 ",
  "secrets of a pipeline without values": "##vso[task.setsecret]",
  "mask commands": "::add-mask::x\n",
  "numbers as values": '"value":1,',
  "flags alone": '"isSecret":true,',
  "values without flags": '{"value":"a","x":"y"},',
  "flagged values": '{"a":{"value":"abcd","isSecret":true}},',
  "escaped values": String.raw`{\"a\":{\"value\":\"abcd\",\"isSecret\":true}},`,
};

describe("the cost of a flood", () => {
  it.each(Object.entries(FLOODS))("of %s is in proportion to its size", (_, unit) => {
    const few = measure(unit, FEW_BYTES);
    const many = measure(unit, TIMES_MORE * FEW_BYTES);

    expect(many / few).toBeLessThan(2 * TIMES_MORE);
  });
});

function measure(unit: string, byteCount: number): number {
  const flood = Buffer.from(unit.repeat(Math.ceil(byteCount / unit.length)));
  return leastProcessorMs(() => {
    const stream = createRedaction().openStream({ emit: () => {} });
    stream.write(flood);
    stream.end();
  });
}
