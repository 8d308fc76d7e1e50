import { expect, test } from "vitest";

import { createEgressRules } from "../../../agent/egress/decide.ts";
import { describeLockedOutHosts } from "../../../agent/egress/locked-out-hosts.ts";
import { defaultPolicy, policySchema } from "../../../protocol/index.ts";

test("a policy that locks out the runner's own hosts is told of, with the entries to add", () => {
  const rules = createEgressRules(toPolicy(["github.com:443"]));

  expect(describeLockedOutHosts(rules, "github-actions")).toBe(
    'Policy does not allow what the github-actions runner itself needs: add api.github.com:443, codeload.github.com:443, "*.actions.githubusercontent.com:443" to egress.allow.',
  );
});

test("a policy with the runner's hosts, or none at all, is not told of", () => {
  const entries = ["github.com", "*.github.com", "*.actions.githubusercontent.com"];

  expect(
    describeLockedOutHosts(createEgressRules(toPolicy(entries)), "github-actions"),
  ).toBeUndefined();
  expect(
    describeLockedOutHosts(createEgressRules(defaultPolicy), "github-actions"),
  ).toBeUndefined();
  expect(describeLockedOutHosts(createEgressRules(toPolicy([])), "jenkins")).toBeUndefined();
});

function toPolicy(allow: readonly string[]) {
  return policySchema.parse({ version: 1, egress: { allow } });
}
