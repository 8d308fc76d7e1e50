import type { Response, Severity } from "../../../protocol/primitives.ts";
import type { Report } from "../../../protocol/report.ts";
import { toKey } from "../model/folded-list.ts";
import type { ProcessIndex } from "./process-index.ts";

/** Findings that say the same of the same program, as one. Text is the job's, unescaped. */
export interface FindingRow {
  readonly severity: Severity;
  readonly rule: string;
  readonly message: string;
  readonly program: string | null;
  readonly technique: string | null;
  readonly response: Response;
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
export function toFindingRows(report: Report, index: ProcessIndex): FindingRow[] {
  const rows = new Map<string, FindingRow>();
  for (const finding of report.findings) {
    const { severity, rule, message, processId, technique, response } = finding;
    const program = processId === null ? null : index.programName(processId);
    const key = toKey(severity, rule.id, message, program, response);
    const count = (rows.get(key)?.count ?? 0) + finding.count;
    rows.set(key, {
      severity,
      rule: rule.id,
      message,
      program,
      technique: technique ?? null,
      response,
      count,
    });
  }
  return toGravestFirst([...rows.values()]);
}

/** Of the same severity, the order stays. */
export function toGravestFirst<Graded extends { readonly severity: Severity }>(
  findings: readonly Graded[],
): Graded[] {
  return findings.toSorted((one, other) => ORDER[one.severity] - ORDER[other.severity]);
}
