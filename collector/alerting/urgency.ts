/**
 * Whether somebody is woken for a finding. A page: the job is being attacked now (critical, or something was ended for it by itself), a secret is
 * out, or the guard does not see any more. A ticket: all the rest. docs/alerting.md says the same.
 */
import { OPERATOR_RULE_IDS } from "../../protocol/rule-ids.ts";
import { SILENCE } from "../stores/own-findings.ts";
import type { Urgency } from "./notification.ts";

const [OPERATOR_KILL] = OPERATOR_RULE_IDS;

export interface JudgedFinding {
  readonly rule: string;
  readonly severity: string;
  /** What was done at once: `report` is nothing. */
  readonly response: string;
}

/** A secret in a log can be read by whoever can read the log, whatever severity a policy gives it. */
const PAGED_RULES = new Set([SILENCE, "secret-in-log", "response-failed", "kill-limit"]);

export function toUrgency({ rule, severity, response }: JudgedFinding): Urgency {
  // Whoever asked for it knows, and what a response of the collector's answers is told itself.
  const isContained = response !== "report" && rule !== OPERATOR_KILL;
  return severity === "critical" || isContained || PAGED_RULES.has(rule) ? "page" : "ticket";
}

export function isMoreUrgent(one: Urgency, other: Urgency): boolean {
  return one === "page" && other === "ticket";
}
