import type { Policy, Report } from "../../../protocol/index.ts";

export type ReportedFinding = Report["findings"][number];

/** As a policy's settings would have had them: switched off, of another severity, with another response. */
export function toJudgedFindings(
  findings: readonly ReportedFinding[],
  settings: Policy["rules"],
): ReportedFinding[] {
  return findings.flatMap((finding) => {
    const setting = settings[finding.rule.id] ?? {};
    if (setting === "off") return [];
    const { severity = finding.severity, response = finding.response } = setting;
    return [{ ...finding, severity, response }];
  });
}

/** What `fail-on: finding-high` means. */
export function isGrave({ severity }: Pick<ReportedFinding, "severity">): boolean {
  return severity === "high" || severity === "critical";
}
