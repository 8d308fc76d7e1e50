import type { BuiltInSet, CiProvider } from "../../protocol/index.ts";
import { createGithubActionsRequired, type GithubServer } from "./github-actions-required.ts";

/**
 * What the CI system's own runner cannot do without, which a guard that watches the runner too allows of itself. GitLab and
 * Jenkins have a name of their own in each installation, which no list can hold.
 */
export function createBuiltInSets(
  provider: CiProvider | undefined,
  github: GithubServer,
): BuiltInSet[] {
  return provider === "github-actions" ? [createGithubActionsRequired(github)] : [];
}
