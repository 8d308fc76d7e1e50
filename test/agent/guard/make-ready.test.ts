import { expect, test } from "vitest";

import { makeMeanwhile, makeReady } from "../../../agent/guard/make-ready.ts";
import { createRedaction } from "../../../agent/redact/redaction.ts";

test.each([
  { scope: "command", order: ["rules", "redaction"] },
  { scope: "pod", order: ["redaction", "rules"] },
  { scope: "host", order: ["redaction", "rules"] },
] as const)(
  "for the scope $scope $order.0 come first, and all are made",
  async ({ scope, order }) => {
    const made: string[] = [];
    const redaction = {
      ...createRedaction(),
      *makeReady() {
        yield;
        if (!made.includes("redaction")) made.push("redaction");
      },
    };
    const rules = {
      load() {
        made.push("rules");
        return Promise.resolve();
      },
    };

    for await (const _ of makeReady({ rules, redaction, scope }));

    expect(made).toEqual(order);
  },
);

test.each([
  { scope: "command", turns: 0 },
  { scope: "pod", turns: 3 },
  { scope: "host", turns: 3 },
] as const)(
  "for the scope $scope $turns parts of the redaction are made meanwhile",
  async ({ scope, turns }) => {
    let made = 0;
    const redaction = {
      ...createRedaction(),
      *makeReady() {
        for (made = 1; made < 3; made += 1) yield;
      },
    };

    await makeMeanwhile({ redaction, scope });

    expect(made).toBe(turns);
  },
);

test("a part that cannot be made is left to whoever needs it", async () => {
  const redaction = {
    ...createRedaction(),
    // oxlint-disable-next-line require-yield
    *makeReady(): Generator<undefined> {
      throw new Error("no memory is left");
    },
  };

  await expect(makeMeanwhile({ redaction, scope: "pod" })).resolves.toBeUndefined();
});
