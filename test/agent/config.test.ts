import { describe, expect, test } from "vitest";

import { parseRunConfig, RUN_OPTIONS, toFlag, toVariableName } from "../../agent/config.ts";

const DEFAULTS = {
  policy: undefined,
  mode: undefined,
  sensor: "auto",
  report: undefined,
  summary: undefined,
  quiet: false,
  failOn: undefined,
  require: [],
  samplePeriodMs: 250,
};

test("without flags and variables the defaults hold", () => {
  expect(parseRunConfig({}, { PATH: "/bin", RUNNER_GUARD_UNKNOWN: "x" })).toStrictEqual(DEFAULTS);
});

describe("each option, as a flag and as a variable", () => {
  test.each([
    ["policy", "guard.yml", "guard.yml"],
    ["policy", " a path: with = odd\ncharacters", " a path: with = odd\ncharacters"],
    ["mode", "audit", "audit"],
    ["mode", "block", "block"],
    ["sensor", "auto", "auto"],
    ["sensor", "kernel", "kernel"],
    ["sensor", "proc", "proc"],
    ["report", "/tmp/report.json", "/tmp/report.json"],
    ["summary", "summary.md", "summary.md"],
    ["quiet", "true", true],
    ["quiet", "1", true],
    ["quiet", "false", false],
    ["quiet", "0", false],
    ["failOn", "violation", ["violation"]],
    ["failOn", "degraded,violation", ["degraded", "violation"]],
    ["failOn", " violation , finding-high ", ["violation", "finding-high"]],
    ["failOn", "violation,violation", ["violation"]],
    ["require", "kernel,enforcement", ["kernel", "enforcement"]],
    ["samplePeriodMs", "50", 50],
    ["samplePeriodMs", "10000", 10_000],
    ["samplePeriodMs", "00250", 250],
  ] as const)("%s %j is %j", (name, text, value) => {
    const expected = { ...DEFAULTS, [name]: value };

    expect(parseRunConfig({ [name]: text }, {})).toStrictEqual(expected);
    expect(parseRunConfig({}, { [toVariableName(name)]: text })).toStrictEqual(expected);
  });

  test("a flag without a value is true, as commander gives it", () => {
    expect(parseRunConfig({ quiet: true }, {}).quiet).toBe(true);
  });
});

describe("precedence", () => {
  test("a flag wins over its variable, and that variable is not looked at", () => {
    const environment = { RUNNER_GUARD_MODE: "nonsense", RUNNER_GUARD_SENSOR: "proc" };

    expect(parseRunConfig({ mode: "block" }, environment)).toMatchObject({
      mode: "block",
      sensor: "proc",
    });
  });

  test("a flag wins also when what it says is the default", () => {
    expect(parseRunConfig({ sensor: "auto" }, { RUNNER_GUARD_SENSOR: "proc" }).sensor).toBe("auto");
    expect(parseRunConfig({ quiet: "false" }, { RUNNER_GUARD_QUIET: "true" }).quiet).toBe(false);
  });

  test("a variable that is set to nothing counts as not set", () => {
    const names = Object.keys(RUN_OPTIONS).map(toVariableName);
    const environment = Object.fromEntries(names.map((name) => [name, ""]));

    expect(parseRunConfig({}, environment)).toStrictEqual(DEFAULTS);
  });
});

describe("what is wrong is refused with its name and what to give", () => {
  test.each([
    ["mode", "observe", "audit or block"],
    ["mode", "BLOCK", "audit or block"],
    ["mode", " block", "audit or block"],
    ["sensor", "ebpf", "auto, kernel or proc"],
    ["quiet", "yes", "true or false"],
    ["quiet", "constructor", "true or false"],
    ["quiet", "__proto__", "true or false"],
    ["failOn", "violations", "one or more of violation, degraded, finding-high"],
    ["failOn", "violation,", "one or more of violation, degraded, finding-high"],
    ["failOn", "violation;degraded", "one or more of violation, degraded, finding-high"],
    ["require", "kernel,block", "one or more of kernel, enforcement"],
    ["samplePeriodMs", "49", "a whole number from 50 to 10000"],
    ["samplePeriodMs", "10001", "a whole number from 50 to 10000"],
    ["samplePeriodMs", "250.5", "a whole number from 50 to 10000"],
    ["samplePeriodMs", "1e3", "a whole number from 50 to 10000"],
    ["samplePeriodMs", "0x64", "a whole number from 50 to 10000"],
    ["samplePeriodMs", "-250", "a whole number from 50 to 10000"],
    ["samplePeriodMs", " 250", "a whole number from 50 to 10000"],
    ["samplePeriodMs", "9".repeat(400), "a whole number from 50 to 10000"],
    ["policy", "a\0b", "the path of a file"],
  ] as const)("%s %j", (name, text, expects) => {
    const refused = (source: string) =>
      expect.objectContaining({
        code: "usage",
        message: expect.stringContaining(
          `${source}: ${JSON.stringify(text)} is not possible; give ${expects}`,
        ),
      });

    expect(() => parseRunConfig({ [name]: text }, {})).toThrow(refused(toFlag(name)));
    expect(() => parseRunConfig({}, { [toVariableName(name)]: text })).toThrow(
      refused(toVariableName(name)),
    );
  });

  test.each(["policy", "report", "summary", "mode", "failOn", "require", "samplePeriodMs"])(
    "an empty flag: %s",
    (name) => {
      expect(() => parseRunConfig({ [name]: "" }, {})).toThrow(
        `${toFlag(name)}: "" is not possible; give `,
      );
    },
  );

  test("in one line, whatever it holds", () => {
    const text = "\u001b[2J\n::set-output name=x::y";

    expect(() => parseRunConfig({ mode: text }, {})).toThrow(
      '--mode: "\\u001b[2J\\n::set-output name=x::y" is not possible; give audit or block',
    );
  });
});

test.each([
  ["policy", "--policy", "RUNNER_GUARD_POLICY"],
  ["failOn", "--fail-on", "RUNNER_GUARD_FAIL_ON"],
  ["samplePeriodMs", "--sample-period-ms", "RUNNER_GUARD_SAMPLE_PERIOD_MS"],
])("%s is the flag %s and the variable %s", (name, flag, variable) => {
  expect(toFlag(name)).toBe(flag);
  expect(toVariableName(name)).toBe(variable);
});
