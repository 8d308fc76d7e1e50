import type { Policy, Report } from "../../../protocol/index.ts";
import { OPERATOR_RULE_IDS, RULE_IDS } from "../../../protocol/rule-ids.ts";

export type ReportedFinding = Report["findings"][number];

/** As a policy's settings would have had them: switched off, of another severity, with another response. */
export function toJudgedFindings(
  findings: readonly ReportedFinding[],
  settings: Policy["rules"],
): ReportedFinding[] {
  return findings.flatMap((finding) => {
    if (isOfOperator(finding) || isOfUserRule(finding)) return [];
    const setting = settings[finding.rule.id] ?? {};
    if (setting === "off") return [];
    const { severity = finding.severity, response = finding.response } = setting;
    return [{ ...finding, severity, response }];
  });
}

/** Made by a rule that the run's own policy brought: nothing is known of it but its name. */
export function isOfUserRule({ rule }: Pick<ReportedFinding, "rule">): boolean {
  return !isOfOperator({ rule }) && !RULE_IDS.includes(rule.id);
}

/** What an operator did to the run, whatever its policy was. */
export function isOfOperator({ rule }: Pick<ReportedFinding, "rule">): boolean {
  return OPERATOR_RULE_IDS.some((id) => id === rule.id);
}

/** What `fail-on: finding-high` means. */
export function isGrave({ severity }: Pick<ReportedFinding, "severity">): boolean {
  return severity === "high" || severity === "critical";
}
