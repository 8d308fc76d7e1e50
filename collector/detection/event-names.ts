/**
 * What begins runs, as GitHub calls it in its tokens and GitLab in CI_PIPELINE_SOURCE. Either adds to them each year: a name that is not
 * here may be one all the same.
 */
import { closestWord } from "../../protocol/closest-word.ts";

/** docs.github.com, "Events that trigger workflows"; `dynamic` is that of workflows which GitHub makes itself. */
const OF_GITHUB = [
  "branch_protection_rule",
  "check_run",
  "check_suite",
  "create",
  "delete",
  "deployment",
  "deployment_status",
  "discussion",
  "discussion_comment",
  "dynamic",
  "fork",
  "gollum",
  "image_version",
  "issue_comment",
  "issues",
  "label",
  "merge_group",
  "milestone",
  "page_build",
  "public",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
  "pull_request_target",
  "push",
  "registry_package",
  "release",
  "repository_dispatch",
  "schedule",
  "status",
  "watch",
  "workflow_dispatch",
  "workflow_run",
];
/** docs.gitlab.com, "Predefined CI/CD variables", and GitLab's own list of sources; without those that GitHub has as well. */
const OF_GITLAB = [
  "api",
  "chat",
  "container_registry_push",
  "duo_workflow",
  "external",
  "external_pull_request_event",
  "merge_request_event",
  "ondemand_dast_scan",
  "ondemand_dast_validation",
  "parent_pipeline",
  "pipeline",
  "pipeline_execution_policy_schedule",
  "security_orchestration_policy",
  "trigger",
  "web",
  "webide",
];

/** Without the right to write to the repository: by opening an issue or a pull request, by a comment, a fork or a star. */
const OF_ANYBODY: ReadonlySet<string> = new Set([
  "discussion",
  "discussion_comment",
  "external_pull_request_event",
  "fork",
  "issue_comment",
  "issues",
  "merge_request_event",
  "pull_request",
  "pull_request_review",
  "pull_request_review_comment",
  "pull_request_target",
  "watch",
  "workflow_run",
]);

const KNOWN: ReadonlySet<string> = new Set([...OF_GITHUB, ...OF_GITLAB]);

export const EVENT_NAME = /^[a-z][a-z0-9_]*$/;

export function isKnownEvent(name: string): boolean {
  return KNOWN.has(name);
}

/** Whether whoever likes begins such runs. */
export function isAnybodysEvent(name: string): boolean {
  return OF_ANYBODY.has(name);
}

/** Only what looks like a slip of the finger is a fault. */
export function findEventNameFault(name: string): string | undefined {
  const meant = isKnownEvent(name) ? undefined : closestWord(name, KNOWN);
  if (meant === undefined) return undefined;
  return `no run is begun by ${JSON.stringify(name)}, did you mean ${meant}?`;
}
