import { expect, test } from "vitest";

import {
  describeFinish,
  describeLabel,
  describeTightening,
} from "../../../agent/commands/describe-done.ts";

test("a finish that wrote nothing says so, and why", () => {
  expect(describeFinish({ reportWritten: false })).toEqual({
    message: "no --report was given: nothing written",
    isWarning: true,
  });
  expect(describeFinish({ reportWritten: true }).message).toContain("is written");
});

test.each([undefined, null, 7, "x", {}])("a guard that answers %j is no failure", (result) => {
  expect(describeFinish(result)).not.toHaveProperty("isWarning");
  expect(describeTightening({ deny: ["a.example"] }, result)).toEqual({
    message: "stricter from now on: deny a.example",
  });
});

test("a label is named", () => {
  expect(describeLabel({ key: "team", value: "a=b" }).message).toBe(
    "the report has the label team",
  );
});

test("a tightening names what is stricter, and counts what is many", () => {
  const many = Array.from({ length: 6 }, (_, at) => `h${at}.example`);

  expect(
    describeTightening({ deny: ["a.example", "b.example"], mode: "block", sni: "verify" }, {})
      .message,
  ).toBe("stricter from now on: deny a.example, b.example; mode block; sni verify");
  expect(describeTightening({ deny: many }, {}).message).toContain("deny 6 destinations");
});

test("a tightening that nothing enforces says so", () => {
  expect(describeTightening({ deny: ["a.example"] }, { mechanism: "none" })).toMatchObject({
    message: expect.stringContaining("in the report alone"),
    isWarning: true,
  });
});
