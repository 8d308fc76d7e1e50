import type { CiProvider } from "../../protocol/index.ts";
import { decideEgress } from "./decide.ts";
import type { EgressRules } from "./decide.ts";

/**
 * Hosts that the CI system's own runner talks to on port 443, without which no job starts or ends well. GitHub: "Self-hosted
 * runners reference: required network access" in its documentation, November 2026; the names under actions.githubusercontent.com
 * stand for all of them. GitLab and Jenkins servers have a name of their own in each installation.
 */
const NEEDED: Readonly<Record<CiProvider, readonly string[]>> = {
  "github-actions": [
    "github.com",
    "api.github.com",
    "codeload.github.com",
    "pipelines.actions.githubusercontent.com",
    "results-receiver.actions.githubusercontent.com",
    "vstoken.actions.githubusercontent.com",
  ],
  "gitlab-ci": [],
  jenkins: [],
  buildkite: ["agent.buildkite.com"],
};

/** One sentence with the entries to add, where policy keeps the runner from its own CI system. */
export function describeLockedOutHosts(
  rules: EgressRules,
  provider: CiProvider,
): string | undefined {
  const lockedOut = NEEDED[provider].filter((host) => {
    const destination = { transport: "tcp", port: 443, domains: [host] } as const;
    return !decideEgress(rules, destination).allowed;
  });
  if (lockedOut.length === 0) return undefined;
  const entries = new Set(lockedOut.map(toEntry));
  return `Policy does not allow what the ${provider} runner itself needs: add ${[...entries].join(", ")} to egress.allow.`;
}

function toEntry(host: string): string {
  const suffix = /\.actions\.githubusercontent\.com$/.exec(host)?.[0];
  return suffix === undefined ? `${host}:443` : `"*${suffix}:443"`;
}
