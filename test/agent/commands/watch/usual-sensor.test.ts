import { describe, expect, test } from "vitest";

import { expectSensor } from "../../../../agent/commands/watch/expect-sensor.ts";
import { isUsual } from "../../../../agent/commands/watch/usual-sensor.ts";
import type { ExpectedKernelSensor } from "../../../../agent/sensor/expect-kernel-sensor.ts";

test.each([
  { flags: [], environment: {}, expected: true },
  { flags: ["--policy=/p.json", "--quiet", "--until-exit=7"], environment: {}, expected: true },
  { flags: ["--sensor-of-another-kind"], environment: {}, expected: true },
  { flags: ["--sensor=proc"], environment: {}, expected: false },
  { flags: ["--quiet", "--sensor", "proc"], environment: {}, expected: false },
  { flags: ["--scope=pod"], environment: {}, expected: false },
  { flags: ["--help"], environment: {}, expected: false },
  { flags: [], environment: { RUNNER_GUARD_SENSOR: "proc" }, expected: false },
  { flags: [], environment: { RUNNER_GUARD_SCOPE: "host" }, expected: false },
])("$flags with $environment asks for the usual sensor: $expected", (given) => {
  expect(isUsual(given.flags, given.environment)).toBe(given.expected);
});

describe("what the kernel is at already", () => {
  const usual: ExpectedKernelSensor = {
    isChecking: true,
    start: () => Promise.resolve({ unavailable: "a test" }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };

  test("is taken where no other scope is asked for", () => {
    expect(expectSensor({ sensor: "auto", scope: undefined }, usual)).toBe(usual);
    expect(expectSensor({ sensor: "kernel", scope: undefined }, usual)).toBe(usual);
  });

  test("is not taken where samples are asked for", () => {
    expect(expectSensor({ sensor: "proc", scope: undefined }, usual)).toBeUndefined();
  });
});
