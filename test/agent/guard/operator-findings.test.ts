/** Who is said to have ended a job. */
import { expect, test } from "vitest";

import { createOperatorFindings } from "../../../agent/guard/operator-findings.ts";

test.each([
  ["automatic response", "info", "A response of the collector's ended the job"],
  ["responder 3f032ed3c46d", "high", "An operator ended the job"],
])("a kill by %s is of severity %s: %s", (by, severity, name) => {
  const written: object[] = [];
  const findings = createOperatorFindings({ write: (event) => void written.push(event) });
  findings.tellKill({ by, reason: "reverse-shell of severity critical" });

  expect(written).toMatchObject([
    {
      rule: { id: "operator-kill", name },
      severity,
      response: "kill-job",
      message: `${by} ended the job: reverse-shell of severity critical`,
    },
  ]);
});
