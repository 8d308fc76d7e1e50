import { escapeForTerminal } from "../../agent/report/escape/escape-terminal.ts";
import { findWeaknesses } from "../../agent/report/failures.ts";
import { toViolations } from "../../agent/report/summary/violations.ts";
import type { Report } from "../../protocol/index.ts";

/** Of the action, as action.yml names them. Each is one line. */
export interface Outputs {
  readonly "effective-mode": string;
  readonly "run-id": string;
  readonly violations: string;
  readonly findings: string;
  /** Empty where nothing is. */
  readonly "degraded-reasons": string;
}

export function toOutputs(report: Report, degraded: readonly string[]): Outputs {
  return {
    "effective-mode": report.mode.effective,
    "run-id": escapeForTerminal(report.run.id),
    violations: String(toViolations(report).length),
    findings: String(report.totals.findings),
    "degraded-reasons": toDegradedReasons([...degraded, ...findWeaknesses(report)]),
  };
}

/** Where the guard left no report. */
export function toUnguardedOutputs(degraded: readonly string[]): Outputs {
  return {
    "effective-mode": "none",
    "run-id": "",
    violations: "0",
    findings: "0",
    "degraded-reasons": toDegradedReasons(degraded),
  };
}

function toDegradedReasons(reasons: readonly string[]): string {
  return reasons.map(escapeForTerminal).join("; ");
}
