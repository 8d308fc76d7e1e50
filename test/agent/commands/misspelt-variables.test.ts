import { expect, test } from "vitest";

import { describeMisspeltVariables } from "../../../agent/commands/misspelt-variables.ts";

test.each([
  { name: "RUNNER_GUARD_POLICYY", meant: ["RUNNER_GUARD_POLICY"] },
  { name: "RUNNER_GUARD_FAILON", meant: ["RUNNER_GUARD_FAIL_ON"] },
  { name: "RUNNER_GUARD_POLICY", meant: [] },
  { name: "RUNNER_GUARD_FINGERPRINT_KEY", meant: [] },
  { name: "RUNNER_GUARD_FINGERPRINTKEY", meant: ["RUNNER_GUARD_FINGERPRINT_KEY"] },
  { name: "RUNNER_GUARD_COLLECTOR_TOKEN", meant: [] },
  { name: "RUNNER_GUARD_COLLECTOR_URL", meant: ["RUNNER_GUARD_COLLECTOR"] },
  { name: "RUNNER_GUARD_COLLECTOR_TOKEN_PATH", meant: ["RUNNER_GUARD_COLLECTOR_TOKEN"] },
  { name: "RUNNER_GUARD_AGENT_TOKEN", meant: [] },
  { name: "RUNNER_POLICY", meant: [] },
])("of $name it says $meant", ({ name, meant }) => {
  expect(describeMisspeltVariables({ [name]: "x", PATH: "/bin" })).toEqual(
    meant.map((known) => `${name} is not known; did you mean ${known}?`),
  );
});
