import { expect, test } from "vitest";

import { makeReady } from "../../../agent/guard/make-ready.ts";
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
