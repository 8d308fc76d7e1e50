import { expect, test } from "vitest";

import { isOfCiJob, JOB_MARKS } from "../../../agent/process/ci-job.ts";
import { WATCHED_ENVIRONMENT } from "../../../agent/process/watched-environment.ts";

test.each([
  { GITHUB_ACTION: "__run" },
  { CI_JOB_STAGE: "test" },
  { BUILDKITE_LABEL: "Test" },
  { BUILDKITE_STEP_KEY: "test" },
  { BUILD_TAG: "jenkins-shop-main-153" },
])("what a job runs has %o", (environment) => {
  expect(isOfCiJob({ PATH: "/bin", ...environment })).toBe(true);
});

test.each([
  {},
  { GITHUB_ACTION: "", CI_JOB_STAGE: "" },
  { BUILD_TAG: "v1.2.3" },
  { BUILD_TAG: "my-jenkins-1" },
  // Jenkins' agents and the services of a cluster have these.
  { JENKINS_URL: "https://jenkins.example.com/", JOB_NAME: "nightly", STAGE_NAME: "production" },
  { GITLAB_CI: "true", CI_SERVER_URL: "https://gitlab.example.com", GITHUB_ACTIONS: "true" },
])("nobody else is a job for having %o", (environment) => {
  expect(isOfCiJob(environment)).toBe(false);
});

test("sensors tell of all that it looks at", () => {
  expect(JOB_MARKS.filter((name) => !WATCHED_ENVIRONMENT.includes(name))).toEqual([]);
});
