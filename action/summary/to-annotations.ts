import { findWeaknesses } from "../../agent/report/failures.ts";
import { toGravestFirst } from "../../agent/report/summary/findings.ts";
import { toViolations, type Violation } from "../../agent/report/summary/violations.ts";
import type { Report, Severity } from "../../protocol/index.ts";
import type { Annotation, AnnotationLevel } from "./annotation.ts";
import { capAnnotations } from "./cap-annotations.ts";
import { toFileInWorkspace } from "./file-in-workspace.ts";
import type { Surroundings } from "./surroundings.ts";

const LEVELS: Readonly<Record<Severity, AnnotationLevel>> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "notice",
  info: "notice",
};

/** What GitHub shows of the report beside the job, gravest first, no more of each level than it shows. */
export function toAnnotations(
  report: Report,
  { degraded, workspace }: Pick<Surroundings, "degraded" | "workspace">,
): Annotation[] {
  return capAnnotations([
    ...toDegraded([...degraded, ...findWeaknesses(report)]),
    ...toForbidden(toViolations(report)),
    ...toDifferent(toGravestFirst(report.findings)).map((it) => toFinding(it, workspace)),
  ]);
}

export function toDegraded(reasons: readonly string[]): Annotation[] {
  if (reasons.length === 0) return [];
  const title = "Runner Guard is degraded";
  return [{ level: "warning", title, message: reasons.join("; ") }];
}

/** The summary has all of them. */
const MAX_NAMED = 5;

function toForbidden(violations: readonly Violation[]): Annotation[] {
  return [
    ...toOneOf("blocked", violations, "Runner Guard blocked what policy does not allow"),
    ...toOneOf("would-block", violations, "Policy does not allow what this job did"),
  ];
}

function toOneOf(
  verdict: Violation["verdict"],
  violations: readonly Violation[],
  title: string,
): Annotation[] {
  const these = violations.filter((violation) => violation.verdict === verdict);
  if (these.length === 0) return [];
  const more = these.length - MAX_NAMED;
  const named = these.slice(0, MAX_NAMED).map(({ destination }) => destination);
  const message = `${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return [{ level: "warning", title, message }];
}

/** What two processes of a program did alike is told once. */
function toDifferent(findings: Report["findings"]): Report["findings"] {
  const different = new Map<string, Report["findings"][number]>();
  for (const finding of findings) {
    const { rule, severity, message, evidence } = finding;
    const key = JSON.stringify([rule.id, severity, message, evidence["path"]]);
    const count = (different.get(key)?.count ?? 0) + finding.count;
    different.set(key, { ...finding, count });
  }
  return [...different.values()];
}

function toFinding(
  { rule, severity, message, evidence, count }: Report["findings"][number],
  workspace: string | undefined,
): Annotation {
  const { advice, path } = evidence;
  const file = typeof path === "string" ? toFileInWorkspace(path, workspace) : undefined;
  const times = count > 1 ? ` (${count} times)` : "";
  const next = typeof advice === "string" ? ` ${advice}` : "";
  return {
    level: LEVELS[severity],
    title: `${rule.name} (${severity})`,
    message: `${message.replace(/\.$/, "")}${times}.${next}`,
    ...(file !== undefined && { file }),
  };
}
