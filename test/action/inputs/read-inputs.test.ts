import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";

import { InputError } from "../../../action/inputs/input-error.ts";
import { type Inputs, readInputs } from "../../../action/inputs/read-inputs.ts";
import { toSecretValues } from "../../../action/inputs/secret-values.ts";
import { toPolicy } from "../../../action/inputs/to-policy.ts";
import { createStep } from "../../../action/runner/step.ts";
import { parsePolicy } from "../../../agent/policy/parse-policy.ts";
import { type Policy, policySchema } from "../../../protocol/policy.ts";

/** All that a workflow may give. */
const NAMES = Object.keys(
  z
    .object({ inputs: z.record(z.string(), z.unknown()) })
    .parse(parse(readFileSync("action.yml", "utf8"))).inputs,
);
const INERT = /^(?:::error title=Runner Guard::|[^:#])[^\n\r]*$/;
const HOSTILE = "x\n::set-output name=a::b\r\n##[error]\u001b[2J";

describe("inputs are refused with what to write instead", () => {
  test.each([
    ["egress-policy", "Block", 'egress-policy: is "Block": write audit or block'],
    ["egress-policy", "block audit", "write audit or block"],
    ["allowed-endpoints", "https://github.com/a", "allowed-endpoints: line 1:"],
    [
      "allowed-endpoints",
      "github.com:443\na.*.test:443",
      'line 2: "a.*.test:443" * may only stand',
    ],
    ["allowed-endpoints", "github.com:99999", "port 99999 does not exist"],
    ["disable-sudo", "yes", 'disable-sudo: is "yes": write true or false'],
    ["disable-sudo-and-containers", "1", "write true or false"],
    ["disable-file-monitoring", "on", "write true or false"],
    ["fail-on", "violations", 'fail-on: is "violations": write none, or one or more of'],
    ["fail-on", "none violation", "write none, or one or more of"],
    ["lockdown", "reverse-shel", 'lockdown: "reverse-shel" is no rule'],
    ["lockdown", "new-destination", "is decided by a collector"],
    ["summary", "yes", "write true, on-violation or false"],
    ["collector-url", "collector.example.org", "write an address such as https://"],
    ["collector-token", "t", "is of no use without collector-url"],
    ["collector-auth", "basic", "write oidc, token or none"],
    ["report-artifact-path", "a\nb", "write it in one line"],
    ["policy-file", "a\u0000b", "write it in one line"],
    ["allowed-endpoints", "a.test ".repeat(40_000), "are the most: shorten it"],
  ])("%s: %.30j", (name, value, says) => {
    expect(refusalOf({ [name]: value })).toContainEqual(expect.stringContaining(says));
  });

  test("all at once", () => {
    expect(refusalOf({ "egress-policy": "x", "disable-sudo": "x", summary: "x" })).toHaveLength(3);
  });

  test.each([
    "egress-policy",
    "allowed-endpoints",
    "disable-sudo",
    "disable-sudo-and-containers",
    "disable-file-monitoring",
    "fail-on",
    "lockdown",
    "summary",
    "collector-url",
    "collector-auth",
    "report-artifact-path",
    "policy-file",
    "token",
    "collector-token",
  ])("%s with commands for the runner in it, which do nothing in what is said of it", (name) => {
    const said = refusalOf({ [name]: HOSTILE });

    expect(said.length).toBeGreaterThan(0);
    // eslint-disable-next-line no-control-regex
    for (const line of said) expect(line).not.toMatch(/[\u0000-\u001f]|^\s*::/);
  });
});

test("without any it is harden-runner's default: block, with nothing listed", () => {
  const inputs = read({});

  expect(inputs).toMatchObject({ mode: undefined, endpoints: [], failOn: [], summary: "true" });
  expect(parsed(inputs)).toMatchObject({
    egress: { mode: "block", allow: [] },
    lockdown: { sudo: false, containers: false },
    "fail-on": [],
  });
});

test.each(NAMES)("%s that is empty is as if it were not given", (name) => {
  for (const empty of ["", "  ", "\n\r\n\t"]) expect(read({ [name]: empty })).toEqual(read({}));
});

test.each(NAMES)("%s with line breaks and commands in it is never said as a command", (name) => {
  const lines: string[] = [];
  const step = createStep({}, (line) => lines.push(line));
  for (const value of [HOSTILE, `\n${HOSTILE}`, `true\n${HOSTILE}`, `a.test:443 # ${HOSTILE}`]) {
    for (const problem of refusalOf({ [name]: value })) step.annotate("error", problem);
    if (refusalOf({ [name]: value }).length > 0) continue;
    for (const remark of read({ [name]: value }).remarks) step.say(remark);
  }

  expect(lines.filter((line) => !INERT.test(line) || line.includes("##["))).toEqual([]);
});

test("what has no meaning here is accepted with a line each, and its defaults in silence", () => {
  const defaults = {
    "disable-telemetry": "false",
    "use-policy-store": "false",
    policy: "",
    "api-key": "",
  };
  const given = {
    "disable-telemetry": "true",
    policy: "ours",
    "api-key": "k",
    "use-policy-store": "TRUE",
  };

  expect(read(defaults).remarks).toEqual([]);
  expect(read(given).remarks).toHaveLength(4);
  expect(read(given).remarks.join()).not.toContain("ours");
});

describe("a list of endpoints", () => {
  test.each([
    ["github.com:443 api.github.com:443", ["github.com:443", "api.github.com:443"]],
    ["\n  github.com:443\n\n  *.pypi.org:443\r\n", ["github.com:443", "*.pypi.org:443"]],
    ["github.com, registry.npmjs.org:443,", ["github.com", "registry.npmjs.org:443"]],
    [
      "github.com:443 # the forge\n# all else\n10.1.0.0/16:5432",
      ["github.com:443", "10.1.0.0/16:5432"],
    ],
    ["a.test:443 a.test:443", ["a.test:443"]],
  ])("%j", (text, allow) => {
    expect(read({ "allowed-endpoints": text }).endpoints).toEqual(allow);
  });

  test.each([
    ["a.test:443 # more b.test:443\nc.test:443", ["a.test:443", "c.test:443"], "are not allowed"],
    // Folded: everything would be a comment.
    ["# more b.test:443 c.test:443", ["b.test:443", "c.test:443"], "are allowed"],
  ])("says what a comment makes of destinations: %j", (text, allow, says) => {
    const { endpoints, remarks } = read({ "allowed-endpoints": text });

    expect(endpoints).toEqual(allow);
    expect(remarks).toEqual([expect.stringMatching(new RegExp(`"b\\.test:443".* ${says}`))]);
  });
});

describe("the policy that inputs make", () => {
  test("without a list holds nothing against anybody in audit mode", () => {
    expect(parsed(read({ "egress-policy": "audit" })).egress).toBeUndefined();
  });

  test("has rules that end the job, no watch on files, and lockdown, as asked for", () => {
    const inputs = read({
      lockdown: "reverse-shell runner-memory-read",
      "disable-file-monitoring": "true",
      "disable-sudo-and-containers": "true",
      "fail-on": "violation, finding-high",
    });

    expect(parsed(inputs)).toMatchObject({
      files: { protect: [] },
      rules: {
        "source-overwrite": "off",
        "reverse-shell": { response: "kill-job" },
        "runner-memory-read": { response: "kill-job" },
      },
      lockdown: { sudo: true, containers: true },
      "fail-on": ["violation", "finding-high"],
    });
  });

  test("goes over a policy file, adds destinations to it, and leaves the rest", () => {
    const base = policySchema.parse({
      version: 1,
      egress: { mode: "audit", allow: ["a.test"], deny: ["bad.test"] },
      rules: { "reverse-shell": { severity: "low" } },
      lockdown: { sudo: true },
    });
    const inputs = read({ "allowed-endpoints": "b.test:443", lockdown: "reverse-shell" });

    expect(parsed(inputs, base)).toMatchObject({
      egress: { mode: "audit", allow: ["a.test", "b.test:443"], deny: ["bad.test"] },
      rules: { "reverse-shell": { severity: "low", response: "kill-job" } },
      lockdown: { sudo: true },
    });
    expect(parsed({ ...inputs, mode: "block" }, base)).toMatchObject({ egress: { mode: "block" } });
  });
});

test.each([
  ['{"A": "one", "B": "two\\nlines", "C": ""}', ["one", "two\nlines", "t"]],
  ["one\ntwo\r\n\n", ["one", "two", "t"]],
  ["{not json", ["{not json", "t"]],
])("secrets %j are values", (secrets, values) => {
  expect(toSecretValues({ secrets, token: "t" })).toEqual(values);
});

function read(inputs: Readonly<Record<string, string>>): Inputs {
  const entries = Object.entries(inputs).map(([name, value]) => [
    `INPUT_${name.toUpperCase()}`,
    value,
  ]);
  return readInputs(Object.fromEntries(entries));
}

function refusalOf(inputs: Readonly<Record<string, string>>): readonly string[] {
  try {
    read(inputs);
  } catch (error) {
    if (error instanceof InputError) return error.problems;
    throw error;
  }
  return [];
}

/** As the guard reads it. */
function parsed(inputs: Inputs, base?: Policy): Policy {
  return parsePolicy(JSON.stringify(toPolicy(inputs, base)), "policy.json").policy;
}
