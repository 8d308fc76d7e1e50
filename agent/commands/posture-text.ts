import type { CheckResult, Posture } from "../posture/posture.ts";
import { type Style, toStyle } from "../privilege/style.ts";
import { wrapAfter } from "../privilege/wrapped.ts";

const SEVERITY_WIDTH = "critical".length + 2;

/** The section of `doctor` about this machine as a place for jobs: what failed, with how to mend it, then the rest in a line each. */
export function renderPosture(
  { score, checks }: Posture,
  { columns, colour }: { readonly columns: number; readonly colour: boolean },
): string {
  const style = toStyle(colour);
  const page = { columns, style };
  const failed = checks.filter(({ status }) => status === "failed");
  const unknown = checks.filter(({ status }) => status === "unknown");
  const lines = [
    style.strong(`Posture: ${score} of 100`),
    ...failed.flatMap((check) => describeFailed(check, page)),
    ...unknown.flatMap((check) => describeUnknown(check, page)),
    ...wrapAfter("  ", countRest(checks), columns),
  ];
  return `${lines.join("\n")}\n`;
}

interface Page {
  readonly columns: number;
  readonly style: Style;
}

function describeFailed(
  { severity, title, message, why, mend }: CheckResult,
  page: Page,
): string[] {
  const { columns, style } = page;
  const head = `  ${severity.padEnd(SEVERITY_WIDTH)}`;
  const [first = "", ...rest] = wrapAfter(head, `${title}: ${message}.`, columns);
  return [
    `  ${style.bad(severity)}${first.slice(2 + severity.length)}`,
    ...rest,
    ...wrapAfter(" ".repeat(head.length), why, columns).map(style.faint),
    ...wrapAfter(`${" ".repeat(head.length)}mend: `, mend, columns),
  ];
}

function describeUnknown({ title, message }: CheckResult, { columns }: Page): string[] {
  return wrapAfter(`  ${"unknown".padEnd(SEVERITY_WIDTH)}`, `${title}: ${message}.`, columns);
}

function countRest(checks: readonly CheckResult[]): string {
  const count = (status: CheckResult["status"]): number =>
    checks.filter((check) => check.status === status).length;
  return `${count("passed")} checks passed, ${count("failed")} failed, ${count("unknown")} could not be told, ${count("not-applicable")} do not apply here.`;
}
