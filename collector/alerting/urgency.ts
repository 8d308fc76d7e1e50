/**
 * Whether somebody is woken for a finding. A page: the job is being attacked now (critical, or something was ended for it), a secret is
 * out, or the guard does not see any more. A ticket: all the rest. docs/alerting.md says the same.
 */
import { SILENCE } from "../stores/own-findings.ts";
import type { Urgency } from "./notification.ts";

export interface JudgedFinding {
  readonly rule: string;
  readonly severity: string;
  /** What was done at once: `report` is nothing. */
  readonly response: string;
}

/** A secret in a log can be read by whoever can read the log, whatever severity a policy gives it. */
const PAGED_RULES = new Set([SILENCE, "secret-in-log", "response-failed", "kill-limit"]);

export function toUrgency({ rule, severity, response }: JudgedFinding): Urgency {
  const isContained = response !== "report";
  return severity === "critical" || isContained || PAGED_RULES.has(rule) ? "page" : "ticket";
}

export function isMoreUrgent(one: Urgency, other: Urgency): boolean {
  return one === "page" && other === "ticket";
}
