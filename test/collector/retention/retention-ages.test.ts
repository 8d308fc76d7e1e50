import { expect, test } from "vitest";

import { getAges, parseRetentionRules } from "../../../collector/retention/retention-ages.ts";

test.each<[string, string, [number, number, number]]>([
  ["", "acme", [30, 400, 400]],
  ["events=7", "acme", [7, 400, 400]],
  ["events=7,runs=90,audit=1000", "acme", [7, 90, 1_000]],
  ["acme: events=90; events=7", "acme", [90, 400, 400]],
  ["acme: events=90; runs=500", "acme", [90, 500, 400]],
  ["acme:events=90", "bank", [30, 400, 400]],
])("%j keeps for %s", (text, tenant, [events, runs, audit]) => {
  const rules = parseRetentionRules(text);

  expect(typeof rules === "string" ? rules : getAges(rules, tenant)).toEqual({
    events,
    runs,
    audit,
  });
});

test.each([
  ["events", "write events=30"],
  ["events=0", "days are 1 to 36500"],
  ["events=1e9", "write events=30"],
  ["evnts=30", "write events=30"],
  ["events=50000,runs=50000", "days are 1 to 36500"],
  ["events=60,runs=30", "runs=30 is less than events=60"],
  ["acme:events=500", "runs=400 is less than events=500"],
  [Array.from({ length: 2_000 }, (_, index) => `t${index}:events=1`).join(";"), "more than 1000"],
])("%s is refused with what is wrong", (text, message) => {
  expect(parseRetentionRules(text)).toContain(message);
});
