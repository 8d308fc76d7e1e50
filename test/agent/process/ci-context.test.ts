import { describe, expect, test } from "vitest";

import { toCiContext } from "../../../agent/process/ci-context.ts";
import { ciContextSchema } from "../../../protocol/index.ts";

const GITHUB = {
  GITHUB_ACTIONS: "true",
  GITHUB_REPOSITORY: "octo/cat",
  GITHUB_WORKFLOW: "Build",
  GITHUB_JOB: "test",
  GITHUB_RUN_ID: "1658821493",
  GITHUB_RUN_ATTEMPT: "3",
  GITHUB_REF: "refs/heads/main",
  GITHUB_SHA: "ffac537e6cbbf934b08745a378932722df287a53",
  GITHUB_ACTOR: "octocat",
};
const GITLAB = {
  GITLAB_CI: "true",
  CI_PROJECT_PATH: "group/project",
  CI_PIPELINE_SOURCE: "push",
  CI_JOB_NAME: "unit",
  CI_PIPELINE_ID: "77",
  CI_COMMIT_REF_NAME: "main",
  CI_COMMIT_SHA: "1ecfd275763eff1d6b4844ea3168962458c9f27a",
  GITLAB_USER_LOGIN: "ann",
};
const BUILDKITE = {
  BUILDKITE: "true",
  BUILDKITE_PIPELINE_SLUG: "shop",
  BUILDKITE_PIPELINE_NAME: "Shop",
  BUILDKITE_LABEL: ":hammer: tests",
  BUILDKITE_BUILD_NUMBER: "1514",
  BUILDKITE_RETRY_COUNT: "0",
  BUILDKITE_BRANCH: "main",
  BUILDKITE_COMMIT: "83a20ec058e2fb00e7fa4558c4c6e81e2dcf253d",
  BUILDKITE_BUILD_CREATOR: "Ann",
};
const JENKINS = {
  JENKINS_URL: "https://jenkins.example.com/",
  GIT_URL: "https://git.example.com/shop.git",
  JOB_NAME: "shop/main",
  STAGE_NAME: "Test",
  BUILD_NUMBER: "153",
  GIT_BRANCH: "origin/main",
  GIT_COMMIT: "83a20ec058e2fb00e7fa4558c4c6e81e2dcf253d",
  BUILD_USER_ID: "ann",
};

describe("each CI system's variables", () => {
  test.each([
    {
      system: "GitHub Actions",
      environment: GITHUB,
      context: {
        provider: "github-actions",
        repository: "octo/cat",
        workflow: "Build",
        job: "test",
        runId: "1658821493",
        runAttempt: "3",
        ref: "refs/heads/main",
        sha: "ffac537e6cbbf934b08745a378932722df287a53",
        actor: "octocat",
      },
    },
    {
      system: "GitLab",
      environment: GITLAB,
      context: {
        provider: "gitlab-ci",
        repository: "group/project",
        workflow: "push",
        job: "unit",
        runId: "77",
        ref: "main",
        sha: "1ecfd275763eff1d6b4844ea3168962458c9f27a",
        actor: "ann",
      },
    },
    {
      system: "Buildkite",
      environment: BUILDKITE,
      context: {
        provider: "buildkite",
        repository: "shop",
        workflow: "Shop",
        job: ":hammer: tests",
        runId: "1514",
        runAttempt: "0",
        ref: "main",
        sha: "83a20ec058e2fb00e7fa4558c4c6e81e2dcf253d",
        actor: "Ann",
      },
    },
    {
      system: "Jenkins",
      environment: JENKINS,
      context: {
        provider: "jenkins",
        repository: "https://git.example.com/shop.git",
        workflow: "shop/main",
        job: "Test",
        runId: "153",
        ref: "origin/main",
        sha: "83a20ec058e2fb00e7fa4558c4c6e81e2dcf253d",
        actor: "ann",
      },
    },
  ])("of $system become its context", ({ environment, context }) => {
    expect(toCiContext({ PATH: "/bin", ...environment })).toStrictEqual(context);
    expect(ciContextSchema.parse(context)).toStrictEqual(context);
  });
});

test.each([
  ["nothing is set", {}],
  ["the mark of a CI system is empty", { ...GITHUB, GITHUB_ACTIONS: "" }],
  ["only other variables of a CI system are set", { JOB_NAME: "x", CI_JOB_NAME: "y" }],
])("there is no context where %s", (_, environment) => {
  expect(toCiContext(environment)).toBeNull();
});

test("what is not set, or set to nothing, is left out", () => {
  expect(toCiContext({ GITHUB_ACTIONS: "true", GITHUB_REF: "", GITHUB_SHA: "abc" })).toStrictEqual({
    provider: "github-actions",
    sha: "abc",
  });
});

describe("credentials in URLs are taken out", () => {
  test.each([
    ["https://ann:s3cret@git.example.com/shop.git", "https://git.example.com/shop.git"],
    ["https://s3cret@git.example.com/shop.git", "https://git.example.com/shop.git"],
    ["https://ann:s3@cret@git.example.com/shop.git", "https://git.example.com/shop.git"],
    ["https://ann:s3/cret@git.example.com/shop.git", "https://git.example.com/shop.git"],
    ["https://ann:s3?cret@git.example.com/shop.git", "https://git.example.com/shop.git"],
    ["HTTPS://ann:s3cret@git.example.com/shop.git", "HTTPS://git.example.com/shop.git"],
    [" https://ann:s3cret@git.example.com/shop.git", " https://git.example.com/shop.git"],
    ["ssh://git:s3cret@git.example.com:22/shop.git", "ssh://git.example.com:22/shop.git"],
    ["git+https://s3cret@git.example.com/shop.git", "git+https://git.example.com/shop.git"],
    ["1https://ann:s3cret@git.example.com/shop.git", "1https://git.example.com/shop.git"],
    ["https:\\\\ann:s3cret@git.example.com/shop.git", "https:\\\\git.example.com/shop.git"],
    ["https://git.example.com/shop.git?token=s3cret", "https://git.example.com/shop.git"],
    ["https://git.example.com/shop.git#token=s3cret", "https://git.example.com/shop.git"],
    ["https://git.example.com?token=s3cret@x", "https://git.example.com"],
    [
      "fetch https://ann:s3cret@one.example.com/a and https://s3cret@two.example.com/b",
      "fetch https://one.example.com/a and https://two.example.com/b",
    ],
  ])("of %s", (url, clean) => {
    expect(toCiContext({ ...JENKINS, GIT_URL: url })?.repository).toBe(clean);
  });

  test.each([
    "git@github.com:octo/cat.git",
    "https://git.example.com:8443/shop@v1/x.git",
    "https://[2001:db8::1]:8443/shop@v1.git",
    "refs/heads/fix: a//b@c",
    "/srv/git/shop.git",
  ])("and %s has none", (url) => {
    expect(toCiContext({ ...JENKINS, GIT_URL: url })?.repository).toBe(url);
  });

  test("also where the password is longer than what is kept", () => {
    const url = `https://ann:${"s".repeat(5_000)}@git.example.com/shop.git`;

    expect(toCiContext({ ...JENKINS, GIT_URL: url })?.repository).toBe(
      "https://git.example.com/shop.git",
    );
  });
});

test("values are cut to 1,024 characters and stay well-formed", () => {
  const context = toCiContext({
    ...GITHUB,
    GITHUB_WORKFLOW: "w".repeat(1_000_000),
    GITHUB_JOB: `${"j".repeat(1_023)}\u{1f600}`,
  });

  expect(context?.workflow).toBe("w".repeat(1_024));
  expect(context?.job).toBe(`${"j".repeat(1_023)}\ufffd`);
});

test.each([
  ["letters", "a".repeat(131_072)],
  ["colons", "a:".repeat(65_536)],
  ["slashes", "a://".repeat(32_768)],
  ["URLs without an end", "a://b:c/".repeat(16_384)],
  ["at signs", `https://${"@".repeat(131_072)}`],
])(
  "as much as an environment holds of %s is looked through before the test times out",
  (_, text) => {
    expect(toCiContext({ ...GITHUB, GITHUB_WORKFLOW: text })?.workflow?.length).toBeGreaterThan(0);
  },
);

test("hostile text is kept as it is: those who show it escape it", () => {
  const text = "\u001b[2J\n::set-output name=x::y <script> ${{ secrets.TOKEN }}";

  expect(toCiContext({ ...GITHUB, GITHUB_WORKFLOW: text })?.workflow).toBe(text);
});
