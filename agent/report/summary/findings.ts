import type { Response, Severity } from "../../../protocol/primitives.ts";
import type { Report } from "../../../protocol/report.ts";
import { toKey } from "../model/folded-list.ts";
import type { ProcessIndex } from "./process-index.ts";

/** Findings that say the same of the same program, as one. Text is the job's, unescaped. */
export interface FindingRow {
  readonly severity: Severity;
  readonly rule: string;
  /** Of the rule, in three words or so. */
  readonly title: string;
  readonly message: string;
  readonly program: string | null;
  /** Null where it is not known, and where steps are not told apart. */
  readonly step: string | null;
  readonly technique: string | null;
  readonly response: Response;
  /** Why less was done than the rule asked for. */
  readonly notDone: string | null;
  /** What whoever reads it does next. */
  readonly advice: string | null;
  readonly count: number;
}

const ORDER: Readonly<Record<Severity, number>> = {
  critical: 0,
  high: 1,
  medium: 2,
  low: 3,
  info: 4,
};

/** Gravest first, otherwise in the order they were made. */
export function toFindingRows(
  report: Report,
  { index, bySteps }: { readonly index: ProcessIndex; readonly bySteps: boolean },
): FindingRow[] {
  const rows = new Map<string, FindingRow>();
  for (const finding of report.findings) {
    const { severity, rule, message, processId, technique, response, evidence } = finding;
    const program = processId === null ? null : index.programName(processId);
    const step = bySteps ? (index.stepName(processId) ?? textOf(evidence["step"])) : null;
    const key = toKey(severity, rule.id, message, program, response, step);
    const count = (rows.get(key)?.count ?? 0) + finding.count;
    rows.set(key, {
      severity,
      rule: rule.id,
      title: rule.name,
      message,
      program,
      step,
      technique: technique ?? null,
      response,
      notDone: textOf(evidence["notDone"]),
      advice: textOf(evidence["advice"]),
      count,
    });
  }
  return toGravestFirst([...rows.values()]);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

/** Of the same severity, the order stays. */
export function toGravestFirst<Graded extends { readonly severity: Severity }>(
  findings: readonly Graded[],
): Graded[] {
  return findings.toSorted((one, other) => ORDER[one.severity] - ORDER[other.severity]);
}
