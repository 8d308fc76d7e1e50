import { expect, test } from "vitest";

import { createLazyRedaction } from "../../../../agent/commands/guarding/lazy-redaction.ts";
import { createRedaction, createRedactionInTurns } from "../../../../agent/redact/redaction.ts";

function start() {
  let loaded = 0;
  const refused: string[] = [];
  const redaction = createLazyRedaction(
    function* () {
      loaded += 1;
      return yield* createRedactionInTurns();
    },
    (sources) => refused.push(...sources),
  );
  return { redaction, refused, loaded: () => loaded };
}

test("it is made when it is first needed, once, and knows what it was given before", () => {
  const { redaction, loaded } = start();
  const bytes = Buffer.from("hunter2secret");
  redaction.addValue(bytes, "A");
  bytes.fill(0);
  expect(redaction.counts.redacted).toBe(0);
  expect(loaded()).toBe(0);

  expect(redaction.redactText("a hunter2secret")).toMatch(/^a \[redacted:known-value:/);
  redaction.addValue("another-secret", "B");
  expect(redaction.redactText("another-secret")).toMatch(/^\[redacted:known-value:/);
  expect(loaded()).toBe(1);
  expect(redaction.counts).toMatchObject({ redacted: 2, values: 2 });
});

test("the first key that it was given is that of its fingerprints, made or not", () => {
  const [first, second] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  const keyed = createRedaction({ fingerprintKey: first });
  keyed.addValue("hunter2secret", "A");
  const marks = [true, false].map((isMade) => {
    const { redaction } = start();
    redaction.addValue("hunter2secret", "A");
    if (isMade) redaction.redactText("some text");
    redaction.keyFingerprints(first);
    redaction.keyFingerprints(second);
    return redaction.redactText("hunter2secret");
  });

  const mark = keyed.redactText("hunter2secret");
  expect(marks).toEqual([mark, mark]);
});

test("values that cannot be masked are told of when that is known, all at once", () => {
  const { redaction, refused } = start();
  redaction.addValue("x", "A_TOKEN");
  redaction.addValue("y", "B_TOKEN");
  expect(refused).toEqual([]);
  redaction.redactText("some text");

  expect(refused).toEqual(["A_TOKEN", "B_TOKEN"]);
});

test("it can be made in turns, and is complete whenever somebody needs it before", () => {
  const { redaction, loaded } = start();
  redaction.addValue("hunter2secret", "A");
  const turns = redaction.makeReady?.();
  expect(turns?.next().done).toBe(false);
  expect(turns?.next().done).toBe(false);

  expect(redaction.redactText("a hunter2secret")).toMatch(/^a \[redacted:known-value:/);
  expect(turns?.next().done).toBe(true);
  expect(loaded()).toBe(1);
});

test("what could not be made is tried again, and fails with its own reason", () => {
  let tries = 0;
  const redaction = createLazyRedaction(
    function* () {
      tries += 1;
      yield;
      if (tries < 3) throw new Error(`no memory, ${tries}`);
      return yield* createRedactionInTurns();
    },
    () => undefined,
  );
  redaction.addValue("hunter2secret", "A");

  expect(() => redaction.redactText("a hunter2secret")).toThrow("no memory, 1");
  expect(() => redaction.redactText("a hunter2secret")).toThrow("no memory, 2");
  expect(redaction.redactText("a hunter2secret")).toMatch(/^a \[redacted:known-value:/);
});
