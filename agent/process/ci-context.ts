import { MAX_CI_TEXT_LENGTH } from "../../protocol/ci-text-length.ts";
import type { CiContext, CiProvider } from "../../protocol/index.ts";
import { toBounded } from "./bounded-text.ts";

type Environment = Readonly<Record<string, string | undefined>>;
type Field = Exclude<keyof CiContext, "provider">;

interface Mapping {
  readonly provider: CiProvider;
  /** Set in every job of this CI system, and nowhere else. */
  readonly mark: string;
  readonly fields: readonly (readonly [field: Field, variable: string])[];
}

/** Predefined variables as each vendor documents them. */
const MAPPINGS: readonly Mapping[] = [
  {
    provider: "github-actions",
    mark: "GITHUB_ACTIONS",
    fields: [
      ["repository", "GITHUB_REPOSITORY"],
      ["workflow", "GITHUB_WORKFLOW"],
      ["job", "GITHUB_JOB"],
      ["runId", "GITHUB_RUN_ID"],
      ["runAttempt", "GITHUB_RUN_ATTEMPT"],
      ["ref", "GITHUB_REF"],
      ["sha", "GITHUB_SHA"],
      ["actor", "GITHUB_ACTOR"],
    ],
  },
  {
    provider: "gitlab-ci",
    mark: "GITLAB_CI",
    fields: [
      ["repository", "CI_PROJECT_PATH"],
      ["workflow", "CI_PIPELINE_SOURCE"],
      ["job", "CI_JOB_NAME"],
      ["runId", "CI_PIPELINE_ID"],
      ["ref", "CI_COMMIT_REF_NAME"],
      ["sha", "CI_COMMIT_SHA"],
      ["actor", "GITLAB_USER_LOGIN"],
    ],
  },
  {
    provider: "buildkite",
    mark: "BUILDKITE",
    fields: [
      ["repository", "BUILDKITE_PIPELINE_SLUG"],
      ["workflow", "BUILDKITE_PIPELINE_NAME"],
      ["job", "BUILDKITE_LABEL"],
      ["runId", "BUILDKITE_BUILD_NUMBER"],
      ["runAttempt", "BUILDKITE_RETRY_COUNT"],
      ["ref", "BUILDKITE_BRANCH"],
      ["sha", "BUILDKITE_COMMIT"],
      ["actor", "BUILDKITE_BUILD_CREATOR"],
    ],
  },
  {
    provider: "jenkins",
    mark: "JENKINS_URL",
    fields: [
      ["repository", "GIT_URL"],
      ["workflow", "JOB_NAME"],
      ["job", "STAGE_NAME"],
      ["runId", "BUILD_NUMBER"],
      ["ref", "GIT_BRANCH"],
      ["sha", "GIT_COMMIT"],
      ["actor", "BUILD_USER_ID"],
    ],
  },
];

/** All that `toCiContext` looks at. */
export const CONTEXT_VARIABLES: ReadonlySet<string> = new Set(
  MAPPINGS.flatMap(({ mark, fields }) => [mark, ...fields.map(([, name]) => name)]),
);

/** Which CI job a process with this environment runs in, or null outside of CI. */
export function toCiContext(environment: Environment): CiContext | null {
  const mapping = MAPPINGS.find(({ mark }) => environment[mark]);
  if (mapping === undefined) return null;
  const context: CiContext = { provider: mapping.provider };
  for (const [field, name] of mapping.fields) {
    const value = environment[name];
    if (value) context[field] = toBounded(withoutCredentials(value), MAX_CI_TEXT_LENGTH);
  }
  return context;
}

/**
 * A URL wherever it stands in a text: scheme, user and password, host and path, then a query or fragment. A `/` that
 * should have been escaped in a password is told by the colon before it, which no port follows.
 */
const URL_IN_TEXT =
  /(?<![a-z0-9+.-])(?<scheme>[a-z0-9+.-]+:[\\/]{2})(?:[^\s/?#]*@|[^\s/?#[:]*:(?!\d*(?:[\s/?#]|$))\S*@)?(?<rest>[^\s?#]*)(?:[?#]\S*)?/gi;

/** Jenkins' GIT_URL may carry a token: `https://user:token@host/…`, or `https://host/…?access_token=…`. */
function withoutCredentials(value: string): string {
  return value.replace(URL_IN_TEXT, "$<scheme>$<rest>");
}
