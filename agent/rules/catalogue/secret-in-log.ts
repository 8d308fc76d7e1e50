import type { Rule } from "../rule.ts";

/** Secrets are found where the log passes through the guard; see docs/redact.md. */
export const secretInLog: Rule = {
  id: "secret-in-log",
  title: "Secret in the log",
  flags: "A secret in the job's output or log, in clear or encoded.",
  why: "Logs are read by more people than secrets are for; of a public repository by everybody.",
  advice:
    "Revoke the secret, delete the log, and find which step printed it. The fingerprint is the same wherever the same secret is found.",
  severity: "critical",
  response: "report",
  techniques: ["T1552"],
  references: [
    {
      title: "CVE-2025-30066: tj-actions/changed-files printed secrets to build logs",
      url: "https://github.com/advisories/ghsa-mrrh-fwg8-r2c3",
    },
  ],
  honest: [
    "A value that is no secret and looks like one in a test's output is flagged: give the test's values names that say so, or switch the detector off.",
  ],
  on: {},
};
