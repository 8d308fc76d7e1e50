/**
 * What registers or starts a CI runner, from the sources of actions/runner 2.32x, gitlab-runner 18, buildkite-agent 3.1xx,
 * act_runner 0.2, forgejo-runner 9, woodpecker 3, circleci-runner 3 and azure-pipelines-agent 4, as of 2026-11.
 */

/** Programs, and those of their commands that do it. None: the program does nothing else. */
export const AGENT_COMMANDS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["Runner.Listener", new Set(["configure", "run"])],
  ["Agent.Listener", new Set(["configure", "run"])],
  ["gitlab-runner", new Set(["register", "run", "run-single", "install", "start"])],
  ["gitlab-ci-multi-runner", new Set(["register", "run", "install"])],
  ["buildkite-agent", new Set(["start"])],
  ["act_runner", new Set(["register", "daemon"])],
  ["forgejo-runner", new Set(["register", "daemon", "create-runner-file", "one-job"])],
  ["woodpecker-agent", new Set<string>()],
  ["drone-runner-docker", new Set(["daemon"])],
  ["drone-runner-exec", new Set(["daemon"])],
  ["circleci-runner", new Set(["machine", "container"])],
]);

/** Scripts beside them. */
export const JOINING_SCRIPTS: ReadonlySet<string> = new Set([
  "config.sh",
  "run.sh",
  "run-helper.sh",
  "env.sh",
]);

/** What only somebody gives who joins a runner to a server. */
export const JOINING_OPTIONS: ReadonlySet<string> = new Set([
  "--jitconfig",
  "--token",
  "--pat",
  "--registration-token",
  "--runnergroup",
  "--secret",
]);
