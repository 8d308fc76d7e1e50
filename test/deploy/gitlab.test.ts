import { describe, expect, test } from "vitest";

import { readGitlabTable } from "./support/gitlab-config.ts";

/** Of each pod: what the job says, what the runner fetches with, what the job asks for beside it. */
const CONTAINERS = ["build", "helper", "service"];

describe("what GitLab's runner is told", () => {
  test("no variable of a job takes the guard out of its pod", () => {
    expect(readGitlabTable("runners.feature_flags")).toEqual({
      FF_USE_ADVANCED_POD_SPEC_CONFIGURATION: "true",
    });
  });

  test.each(CONTAINERS)("a %s container has no capability that it does not need", (container) => {
    const table = readGitlabTable(
      `runners.kubernetes.${container}_container_security_context.capabilities`,
    );

    expect(table["drop"]).toBe('["ALL"]');
    expect(table["add"]).toBe(
      container === "helper" ? '["CHOWN", "DAC_OVERRIDE", "FOWNER"]' : undefined,
    );
  });

  test("nor may it choose labels, the account or the namespace of its pod, or be root of the node", () => {
    const settings = readGitlabTable("runners.kubernetes");

    expect(Object.keys(settings).filter((name) => name.endsWith("_overwrite_allowed"))).toEqual([]);
    expect(settings).toMatchObject({ privileged: "false", allow_privilege_escalation: "false" });
  });
});
