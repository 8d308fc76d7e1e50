type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Variables that a CI system gives to what a job runs, and neither to its own agent nor to anybody else: the names of GitHub, Buildkite
 * and GitLab are theirs alone, and Jenkins' is told by its value.
 */
const MARKS: readonly (readonly [name: string, value: RegExp])[] = [
  ["GITHUB_ACTION", /./],
  ["BUILDKITE_STEP_KEY", /./],
  ["BUILDKITE_LABEL", /./],
  ["CI_JOB_STAGE", /./],
  ["BUILD_TAG", /^jenkins-/],
];

/** All that `isOfCiJob` looks at. */
export const JOB_MARKS: readonly string[] = MARKS.map(([name]) => name);

/**
 * Whether a program was started for a CI job, by its own environment. Who says so of itself without being one has others end it with
 * a job that is ended, and nothing else.
 */
export function isOfCiJob(environment: Environment): boolean {
  return MARKS.some(([name, value]) => value.test(environment[name] ?? ""));
}
