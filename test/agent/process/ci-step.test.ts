import { isDeepStrictEqual } from "node:util";

import { describe, expect, test } from "vitest";

import { STEP_VARIABLES, toCiStep } from "../../../agent/process/ci-step.ts";
import { WATCHED_ENVIRONMENT } from "../../../agent/process/watched-environment.ts";
import { ciStepSchema } from "../../../protocol/index.ts";

const GITHUB = { GITHUB_ACTION: "__run_2", GITHUB_JOB: "build" };
const BUILDKITE = { BUILDKITE_STEP_KEY: "unit", BUILDKITE_LABEL: ":hammer: Unit" };
const GITLAB = { CI_JOB_STAGE: "test", CI_JOB_NAME: "unit 1/2" };
const FREESTYLE = { JOB_BASE_NAME: "nightly", JOB_NAME: "shop/nightly" };
const JENKINS = { STAGE_NAME: "Test", JOB_NAME: "shop/main" };

describe("the step that each CI system names", () => {
  test.each([
    ["GitHub Actions, a script", GITHUB, { step: "__run_2", job: "build" }],
    [
      "GitHub Actions, an action",
      {
        ...GITHUB,
        GITHUB_ACTION: "__actions_checkout",
        GITHUB_ACTION_REPOSITORY: "actions/checkout",
      },
      { step: "__actions_checkout", job: "build", action: "actions/checkout" },
    ],
    ["Buildkite, with a key", BUILDKITE, { step: "unit", job: ":hammer: Unit" }],
    [
      "Buildkite, without a key",
      { ...BUILDKITE, BUILDKITE_STEP_KEY: "" },
      { step: ":hammer: Unit", job: ":hammer: Unit" },
    ],
    ["Buildkite, without a label", { BUILDKITE_STEP_KEY: "unit" }, { step: "unit" }],
    ["GitLab", GITLAB, { step: "test", job: "unit 1/2" }],
    ["Jenkins, outside of stages", FREESTYLE, { step: "nightly", job: "shop/nightly" }],
    ["Jenkins", JENKINS, { step: "Test", job: "shop/main" }],
  ])("%s", (_, environment, step) => {
    expect(toCiStep({ PATH: "/bin", ...environment })).toStrictEqual(step);
    expect(ciStepSchema.parse(step)).toStrictEqual(step);
  });
});

test.each([
  ["nothing is set", {}],
  ["all is empty", Object.fromEntries(STEP_VARIABLES.map((name) => [name, ""]))],
  ["only a job is named", { GITHUB_JOB: "build", CI_JOB_NAME: "unit", JOB_NAME: "shop" }],
  ["only an action's repository is named", { GITHUB_ACTION_REPOSITORY: "actions/checkout" }],
])("there is no step where %s", (_, environment) => {
  expect(toCiStep(environment)).toBeUndefined();
});

test("of several CI systems, the one that is least often imitated by others wins", () => {
  expect(toCiStep({ ...JENKINS, ...GITLAB, ...BUILDKITE, ...GITHUB })?.step).toBe("__run_2");
  expect(toCiStep({ ...JENKINS, ...GITLAB, ...BUILDKITE })?.step).toBe("unit");
  expect(toCiStep({ ...JENKINS, ...GITLAB })?.step).toBe("test");
});

test("names are cut to 256 characters and stay well-formed", () => {
  expect(
    toCiStep({
      GITHUB_ACTION: "s".repeat(100_000),
      GITHUB_JOB: `${"j".repeat(255)}\u{1f600}`,
      GITHUB_ACTION_REPOSITORY: "a".repeat(257),
    }),
  ).toStrictEqual({
    step: "s".repeat(256),
    job: `${"j".repeat(255)}\ufffd`,
    action: "a".repeat(256),
  });
});

test("hostile text is kept as it is: those who show it escape it", () => {
  const text = "\u001b]0;x\u0007\r\n::add-mask::a|<img src=x>";

  expect(toCiStep({ GITHUB_ACTION: text })?.step).toBe(text);
});

describe("every variable that is watched is used", () => {
  test.each(STEP_VARIABLES)("%s", (name) => {
    const jobs = [GITHUB, BUILDKITE, GITLAB, JENKINS, FREESTYLE];
    const tells = jobs.some(
      (environment) =>
        !isDeepStrictEqual(
          toCiStep({ ...environment, [name]: "other" }),
          toCiStep({ ...environment, [name]: undefined }),
        ),
    );

    expect(tells).toBe(true);
  });
});

test("every variable that is used is watched", () => {
  const asked = new Set<string>();
  for (const step of ["", "GITHUB_ACTION", "BUILDKITE_LABEL", "CI_JOB_STAGE", "STAGE_NAME"]) {
    const environment: Record<string, string> = { [step]: "x" };
    toCiStep(
      new Proxy(environment, {
        get(target, name) {
          asked.add(String(name));
          return target[String(name)];
        },
      }),
    );
  }

  expect([...asked].toSorted()).toEqual([...STEP_VARIABLES].toSorted());
  expect(WATCHED_ENVIRONMENT).toEqual([
    "LD_PRELOAD",
    "LD_AUDIT",
    "LD_LIBRARY_PATH",
    "RUNNER_TRACKING_ID",
    ...STEP_VARIABLES,
    "BUILD_TAG",
  ]);
});
