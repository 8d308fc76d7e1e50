import { describe, expect, test } from "vitest";

import {
  COMMAND_OPTIONS,
  parseCommandConfig,
  parseRunConfig,
  parseWatchConfig,
  RUN_OPTIONS,
  toFlag,
  toVariableName,
  WATCH_OPTIONS,
} from "../../agent/config.ts";

const DEFAULTS = {
  policy: undefined,
  mode: undefined,
  sensor: "auto",
  enforcement: "auto",
  resolver: undefined,
  report: undefined,
  summary: undefined,
  incidentDir: undefined,
  quiet: false,
  failOn: undefined,
  require: [],
  samplePeriodMs: 250,
  secretsFile: undefined,
  disableSudo: undefined,
  disableContainers: undefined,
  collector: [],
  collectorAuth: "token",
  collectorAudience: undefined,
  collectorTokenFile: undefined,
  collectorCa: undefined,
  collectorPlainHttp: false,
  spoolDir: undefined,
  spoolSizeMib: 64,
  spoolFull: "keep-oldest",
  flushTimeoutMs: 4_000,
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
    ["enforcement", "auto", "auto"],
    ["enforcement", "nftables", "nftables"],
    ["enforcement", "dns", "dns"],
    ["enforcement", "none", "none"],
    ["resolver", "192.0.2.53", ["192.0.2.53"]],
    ["resolver", "127.0.0.53:1", ["127.0.0.53:1"]],
    ["resolver", "192.0.2.53:65535, 192.0.2.54", ["192.0.2.53:65535", "192.0.2.54"]],
    ["resolver", "192.0.2.53,192.0.2.53", ["192.0.2.53"]],
    ["resolver", "2001:DB8::53", ["2001:DB8::53"]],
    ["resolver", "::1,[::1],[2001:db8::53]:5353", ["::1", "[::1]", "[2001:db8::53]:5353"]],
    ["resolver", "::ffff:192.0.2.53", ["::ffff:192.0.2.53"]],
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
    ["secretsFile", "secrets.txt", "secrets.txt"],
    ["disableSudo", "true", true],
    ["disableSudo", "false", false],
    ["disableContainers", "1", true],
    ["collector", "https://one.test, https://two.test", ["https://one.test", "https://two.test"]],
    ["collectorAuth", "github-oidc", "github-oidc"],
    ["collectorAudience", "runner-guard", "runner-guard"],
    ["collectorTokenFile", "/run/token", "/run/token"],
    ["collectorCa", "ca.pem", "ca.pem"],
    ["collectorPlainHttp", "true", true],
    ["spoolDir", "/var/spool/guard", "/var/spool/guard"],
    ["spoolSizeMib", "512", 512],
    ["spoolFull", "keep-newest", "keep-newest"],
    ["flushTimeoutMs", "0", 0],
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
    ["enforcement", "iptables", "auto, nftables, dns or none"],
    ["enforcement", "audit", "auto, nftables, dns or none"],
    ["resolver", "dns.example", "up to 8 addresses"],
    ["resolver", "dns.example:53", "up to 8 addresses"],
    ["resolver", "192.0.2.53:", "up to 8 addresses"],
    ["resolver", "192.0.2.53:0", "up to 8 addresses"],
    ["resolver", "192.0.2.53:65536", "up to 8 addresses"],
    ["resolver", "192.0.2.53:053000", "up to 8 addresses"],
    ["resolver", "192.0.2.53:53/tcp", "up to 8 addresses"],
    ["resolver", "192.0.2.256", "up to 8 addresses"],
    ["resolver", "192.0.2.053", "up to 8 addresses"],
    ["resolver", "0.0.0.0", "up to 8 addresses"],
    ["resolver", "::", "up to 8 addresses"],
    ["resolver", "[192.0.2.53]:53", "up to 8 addresses"],
    ["resolver", "[2001:db8::53", "up to 8 addresses"],
    ["resolver", "[2001:db8::53]53", "up to 8 addresses"],
    ["resolver", "2001:db8::53::1", "up to 8 addresses"],
    ["resolver", "fe80::1%eth0", "up to 8 addresses"],
    ["resolver", "[fe80::1%eth0]:53", "up to 8 addresses"],
    ["resolver", "192.0.2.53,", "up to 8 addresses"],
    ["resolver", "192.0.2.53;192.0.2.54", "up to 8 addresses"],
    ["resolver", "https://dns.example/dns-query", "up to 8 addresses"],
    [
      "resolver",
      Array.from({ length: 9 }, (_, at) => `192.0.2.${at + 1}`).join(","),
      "up to 8 addresses",
    ],
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

  test.each([
    "policy",
    "report",
    "summary",
    "mode",
    "resolver",
    "enforcement",
    "failOn",
    "require",
    "samplePeriodMs",
    "secretsFile",
  ])("an empty flag: %s", (name) => {
    expect(() => parseRunConfig({ [name]: "" }, {})).toThrow(
      `${toFlag(name)}: "" is not possible; give `,
    );
  });

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
  ["secretsFile", "--secrets-file", "RUNNER_GUARD_SECRETS_FILE"],
  ["disableContainers", "--disable-containers", "RUNNER_GUARD_DISABLE_CONTAINERS"],
])("%s is the flag %s and the variable %s", (name, flag, variable) => {
  expect(toFlag(name)).toBe(flag);
  expect(toVariableName(name)).toBe(variable);
});

describe("watch", () => {
  const WATCH_DEFAULTS = {
    ...DEFAULTS,
    scope: undefined,
    stateDir: undefined,
    builtIn: "auto",
    jobLog: ["auto"],
    untilExit: undefined,
  };

  test("without flags and variables the defaults hold", () => {
    expect(parseWatchConfig({}, {})).toStrictEqual(WATCH_DEFAULTS);
  });

  test.each([
    ["scope", "pod"],
    ["scope", "host"],
    ["stateDir", "/run/elsewhere"],
    ["builtIn", "auto"],
    ["builtIn", "none"],
    ["mode", "block"],
  ] as const)("%s can be %s, as a flag and as a variable", (name, text) => {
    const expected = { ...WATCH_DEFAULTS, [name]: text };

    expect(parseWatchConfig({ [name]: text }, {})).toStrictEqual(expected);
    expect(parseWatchConfig({}, { [toVariableName(name)]: text })).toStrictEqual(expected);
  });

  test.each([
    ["scope", "command", "pod or host"],
    ["stateDir", "a\0b", "the path of a directory"],
    ["stateDir", "", "the path of a directory"],
    ["builtIn", "github", "auto or none"],
    ["untilExit", "0", "a whole number from 1 to 4194304"],
    ["enforcement", "yes", "auto, nftables, dns or none"],
  ])("%s %j is refused with what to give", (name, text, expects) => {
    expect(() => parseWatchConfig({ [name]: text }, {})).toThrow(
      `${toFlag(name)}: ${JSON.stringify(text)} is not possible; give ${expects}`,
    );
  });

  test.each([
    ["none", []],
    ["-", ["-"]],
    ["auto,/var/log/build.log, logs/ ,-,auto", ["auto", "/var/log/build.log", "logs/", "-"]],
  ])("jobLog %j is %j", (text, jobLog) => {
    expect(parseWatchConfig({ jobLog: text }, {})).toStrictEqual({ ...WATCH_DEFAULTS, jobLog });
  });

  test.each(["", ",", "none,a", "a\0b", Array.from({ length: 9 }, (_, i) => i).join(",")])(
    "jobLog %j is refused",
    (text) => {
      expect(() => parseWatchConfig({ jobLog: text }, {})).toThrow("--job-log: ");
    },
  );

  test("has no option that run has under the same name", () => {
    const ofRun = { ...RUN_OPTIONS, ...COMMAND_OPTIONS };

    expect(Object.keys(WATCH_OPTIONS).filter((name) => name in ofRun)).toEqual([]);
  });
});

describe("what run takes besides", () => {
  test("output is redacted where it is asked for", () => {
    const environment = { RUNNER_GUARD_REDACT_OUTPUT: "true" };

    expect(parseCommandConfig({}, {}).redactOutput).toBe(false);
    expect(parseCommandConfig({ redactOutput: true }, {}).redactOutput).toBe(true);
    expect(parseCommandConfig({}, environment).redactOutput).toBe(true);
    expect(parseCommandConfig({ redactOutput: "false" }, environment).redactOutput).toBe(false);
  });

  test("is refused with what to give", () => {
    expect(() => parseCommandConfig({}, { RUNNER_GUARD_REDACT_OUTPUT: "yes" })).toThrow(
      'RUNNER_GUARD_REDACT_OUTPUT: "yes" is not possible; give true or false',
    );
  });
});
