import { expect, test } from "vitest";

import { parsePolicy } from "../../../agent/policy/parse-policy.ts";
import { type Baseline, createBaseline } from "../../../collector/detection/model/baseline.ts";
import { expect as expectAnomaly } from "../../../collector/detection/model/expect.ts";
import { learn } from "../../../collector/detection/model/learn.ts";
import { createRunProfile } from "../../../collector/detection/model/run-profile.ts";
import {
  draftPolicy,
  type KnownJob,
  type SuggestedPolicy,
} from "../../../collector/detection/suggest-policy.ts";
import { connects, type Deed, startsProgram } from "../support/played-job.ts";

const RUNS = 10;

test("what all runs went to is allowed, and who needs it is said", () => {
  const { text, allow } = suggest([
    toJob([
      [startsProgram("1-a", null, "/usr/bin/npm"), connects("1-a", "registry.npmjs.org")],
      [connects("1-a", "api.example.org", 8_443)],
    ]),
  ]);

  expect(allow).toEqual(["api.example.org:8443", "registry.npmjs.org"]);
  expect(text).toContain('    - "registry.npmjs.org" # npm; in 10 of 10 runs\n');
  expect(parsePolicy(text, "the policy").policy.egress?.allow).toHaveLength(2);
});

test("hosts that rotate become a wildcard, but for those under a suffix that anyone can have names under", () => {
  const numbered = Array.from({ length: RUNS }, (_, run) => [
    connects("1-a", `mirror${run}.cdn.example.org`),
    connects("1-a", `cache${run}.blob.core.windows.net`),
  ]);
  const { allow } = suggest([toRotatingJob(numbered)]);

  expect(allow).toContain("*.cdn.example.org");
  expect(allow.filter((entry) => entry.startsWith("*"))).toEqual(["*.cdn.example.org"]);
});

test("addresses without a name are allowed one by one, and not the block that they are learned as", () => {
  const { text, allow } = suggest([
    toJob([
      [
        connects("1-a", "203.0.113.9"),
        connects("1-a", "203.0.113.70"),
        connects("1-a", "2001:DB8:17::9"),
        connects("1-a", "::ffff:198.51.100.7"),
        connects("1-a", "169.254.169.254", 80),
      ],
    ]),
  ]);

  expect(allow).toEqual([
    "169.254.169.254:80",
    "198.51.100.7",
    "203.0.113.70",
    "203.0.113.9",
    "[2001:db8:17::9]",
  ]);
  expect(text).toMatch(/- "203\.0\.113\.9" # .*in 10 of 10 runs\n/);
  expect(parsePolicy(text, "the policy").policy.egress?.allow).toHaveLength(5);
});

test("of more than eight addresses of a block the block is allowed, and says so", () => {
  const runs = Array.from({ length: RUNS }, (_, run) => [connects("1-a", `203.0.113.${run}`)]);
  const eight = runs.map((_, run) => [connects("1-a", `203.0.113.${run % 8}`)]);

  expect(suggest([toRotatingJob(eight)]).allow).toHaveLength(8);
  expect(suggest([toRotatingJob(runs)]).allow).toEqual(["203.0.113.0/24"]);
  expect(suggest([toRotatingJob(runs)]).text).toMatch(
    /- "203\.0\.113\.0\/24" # .*; all of a block, for more than 8 addresses of it/,
  );
});

test("whoever expects an address allows that one, and a block of which none is known is left out", () => {
  const usual = { kind: "destination", program: "", transport: "tcp", port: 443 };
  const known = [{ ...usual, domain: "203.0.113.0/24" }];
  const unknown = [{ ...usual, domain: "198.51.100.0/24" }];
  const first = { features: known, volumes: [], addresses: ["203.0.113.9"] };
  const { name, baseline } = toRotatingJob([[connects("1-a", "registry.npmjs.org")]]);
  const expected = [first, { features: unknown, volumes: [] }].reduce<Baseline>(
    (before, cause) => expectAnomaly(before, cause, 0) ?? before,
    baseline,
  );
  const { text, allow } = suggest([{ name, baseline: expected }]);

  expect(allow).toEqual(["registry.npmjs.org", "203.0.113.9"]);
  expect(text).toMatch(/- "203\.0\.113\.9" # .*; in 0 of 1 runs; expected by a person\n/);
  expect(text).toMatch(/# - "some of 198\.51\.100\.0\/24" # .*no entry can allow it/);
});

test("what was done once is left out, and says so", () => {
  const runs = Array.from({ length: RUNS }, (_, run) => [
    connects("1-a", "registry.npmjs.org"),
    ...(run === 3 ? [connects("1-a", "evil.example")] : []),
  ]);
  const { text, allow } = suggest([toRotatingJob(runs)]);

  expect(allow).toEqual(["registry.npmjs.org"]);
  expect(text).toMatch(/Left out:\n {4}# - "evil.example" # .*in 1 of 10 runs; rare: allow it/);
});

test("a job that goes to all ports of all hosts of a domain is left out, and others are not", () => {
  const deeds = Array.from({ length: 200 }, (_, port) =>
    connects("1-a", `${toWord(port)}.example.org`, 1_000 + port),
  );
  const { text, allow, jobsLeftOut } = suggest([
    toJob([deeds], "hostile"),
    toJob([[connects("1-a", "registry.npmjs.org")]]),
  ]);

  expect({ allow, jobsLeftOut }).toEqual({ allow: ["registry.npmjs.org"], jobsLeftOut: 1 });
  expect(text).toContain("# 1 more job is left out, since that would be too much at once");
});

test("names that jobs choose stay in their comment, and the policy is one", () => {
  const hostile = 'x"\n  mode: block\u2028# ::add-mask::';
  const deeds = [
    startsProgram("1-a", null, `/usr/bin/${hostile}`),
    connects("1-a", `${hostile}.example.org`),
    connects("1-a", "registry.npmjs.org"),
  ];
  const { text } = suggest([toJob([deeds], `build\nversion: 2`)]);
  const { policy } = parsePolicy(text, "the policy");

  expect(policy.egress).toMatchObject({ mode: "audit" });
  expect(text.split("\n").every((line) => /^[ #a-z]|^$/.test(line))).toBe(true);
});

function suggest(jobs: readonly KnownJob[]): SuggestedPolicy {
  const draft = draftPolicy();
  for (const job of jobs) draft.add(job);
  return draft.end(0);
}

function toJob(deeds: readonly (readonly Deed[])[], job = "build"): KnownJob {
  return toRotatingJob(
    Array.from({ length: RUNS }, () => deeds.flat()),
    job,
  );
}

function toRotatingJob(runs: readonly (readonly Deed[])[], job = "build"): KnownJob {
  let baseline = createBaseline();
  for (const deeds of runs) {
    const profile = createRunProfile();
    for (const [index, deed] of deeds.entries()) {
      profile.add({ ...deed, seq: index + 1, observedAt: "2026-01-31T12:00:00.000001Z" });
    }
    baseline = learn(baseline, profile, 0);
  }
  const name = { tenant: "default", key: "", repository: "acme/app", workflow: null, job };
  return { name, baseline };
}

/** Without digits, which would be taken for something that rotates. */
function toWord(number: number): string {
  return String(number)
    .split("")
    .map((digit) => "bcdfghjklm"[Number(digit)])
    .join("ar");
}
