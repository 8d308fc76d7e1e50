import { expect, test } from "vitest";

import type { Hours } from "../../../collector/alerting/alerting-file.ts";
import { findChange, isWithin } from "../../../collector/alerting/hours.ts";

const OFFICE: Hours = {
  zone: "Europe/Berlin",
  days: ["mon", "tue", "wed", "thu", "fri"],
  from: "09:00",
  to: "17:30",
};
const NIGHT: Hours = { zone: "UTC", days: ["fri"], from: "22:00", to: "06:00" };

test.each<readonly [string, Hours, string, boolean]>([
  // 2026-02-02 is a Monday; Berlin is an hour ahead of UTC in winter, and two in summer.
  ["at nine in winter", OFFICE, "2026-02-02T08:00:00Z", true],
  ["a minute before that", OFFICE, "2026-02-02T07:59:59Z", false],
  ["at nine in summer", OFFICE, "2026-07-06T07:00:00Z", true],
  ["at the end", OFFICE, "2026-02-02T16:30:00Z", false],
  ["on a Sunday", OFFICE, "2026-02-01T11:00:00Z", false],
  [
    "on Monday there, still Sunday in UTC",
    { ...OFFICE, zone: "Pacific/Auckland" },
    "2026-02-01T20:30:00Z",
    true,
  ],
  ["in the night from Friday", NIGHT, "2026-02-07T05:59:00Z", true],
  ["in the night to Friday", NIGHT, "2026-02-06T05:59:00Z", false],
  ["late on Friday", NIGHT, "2026-02-06T22:00:00Z", true],
  ["all day", { ...OFFICE, from: "00:00", to: "24:00" }, "2026-02-02T22:59:00Z", true],
])("%s", (_, hours, at, expected) => {
  expect(isWithin(hours, Date.parse(at))).toBe(expected);
});

test.each<readonly [string, Hours, string, string]>([
  ["the same morning", OFFICE, "2026-02-02T03:00:00Z", "2026-02-02T08:00:00Z"],
  ["over a weekend", OFFICE, "2026-02-06T16:30:00Z", "2026-02-09T08:00:00Z"],
  [
    "over a weekend when clocks are put forward",
    OFFICE,
    "2026-03-27T20:00:00Z",
    "2026-03-30T07:00:00Z",
  ],
  [
    "over a weekend when clocks are put back",
    OFFICE,
    "2026-10-23T20:00:00Z",
    "2026-10-26T08:00:00Z",
  ],
  ["until the end", OFFICE, "2026-02-02T08:00:00Z", "2026-02-02T16:30:00Z"],
  ["the end of a night", NIGHT, "2026-02-06T23:00:00Z", "2026-02-07T06:00:00Z"],
  // 02:30 is not there on 2026-03-29 in Berlin: the clock goes from 02:00 to 03:00, at 01:00 UTC.
  [
    "a time that the clock skips",
    { zone: "Europe/Berlin", days: ["sun"], from: "02:30", to: "05:00" },
    "2026-03-28T12:00:00Z",
    "2026-03-29T01:00:00Z",
  ],
  // 02:30 is there twice on 2026-10-25: the first time at 00:30 UTC.
  [
    "a time that the clock shows twice",
    { zone: "Europe/Berlin", days: ["sun"], from: "02:30", to: "05:00" },
    "2026-10-24T12:00:00Z",
    "2026-10-25T00:30:00Z",
  ],
])("it changes: %s", (_, hours, at, expected) => {
  expect(new Date(findChange(hours, Date.parse(at)) ?? 0).toISOString()).toBe(
    new Date(expected).toISOString(),
  );
});

test("what is always so never changes", () => {
  const always: Hours = {
    ...OFFICE,
    days: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
    from: "00:00",
    to: "24:00",
  };

  expect(findChange(always, Date.parse("2026-03-28T12:00:00Z"))).toBeUndefined();
});
