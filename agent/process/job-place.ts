/** Where a job has its checkout and its home directory, as its environment says. */
import { realpathSync } from "node:fs";

import { type ClusterApi, toClusterApi } from "./cluster-api.ts";

export interface JobPlace {
  readonly workspace: string | undefined;
  readonly home: string | undefined;
  readonly clusterApi: ClusterApi | undefined;
}

/** As GitHub (and Gitea, Forgejo), GitLab, Buildkite, Jenkins, Azure and Drone name the checkout. */
const WORKSPACE_VARIABLES = [
  "GITHUB_WORKSPACE",
  "CI_PROJECT_DIR",
  "BUILDKITE_BUILD_CHECKOUT_PATH",
  "WORKSPACE",
  "BUILD_SOURCESDIRECTORY",
  "DRONE_WORKSPACE",
] as const;

export function toJobPlace(
  environment: readonly (readonly [string, string | Uint8Array])[],
): JobPlace {
  const variables = new Map(environment);
  const find = (name: string): string | undefined => {
    const given = variables.get(name) ?? "";
    const value = typeof given === "string" ? given : Buffer.from(given).toString();
    return value.startsWith("/") ? toRealPath(value) : undefined;
  };
  const workspaces = WORKSPACE_VARIABLES.map(find);
  return {
    workspace: workspaces.find((one) => one !== undefined),
    home: find("HOME"),
    clusterApi: toClusterApi(variables),
  };
}

/** As the kernel tells paths: without links, and without a slash at the end. */
function toRealPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
  }
}
