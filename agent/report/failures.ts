import { AUTOMATIC_RESPONSE } from "../../protocol/automatic-response.ts";
import type { FailOn, Report, SensorStatus } from "../../protocol/index.ts";
import { OPERATOR_RULE_IDS } from "../../protocol/rule-ids.ts";
import { pluralise } from "./summary/formats.ts";

/** Sentences on why policy counts the run as failed although the command may have succeeded. */
export function findFailures(report: Report, failOn: readonly FailOn[]): string[] {
  return [
    ...describeKills(report),
    ...(failOn.includes("violation") ? describeViolations(report) : []),
    ...(failOn.includes("finding-high") ? describeFindings(report) : []),
    ...(failOn.includes("degraded") ? findWeaknesses(report) : []),
  ];
}

/** Sentences on what was less than it was asked to be: not seen, not held, not enforced, not delivered. */
export function findWeaknesses(report: Report): string[] {
  return [
    ...describeMode(report),
    ...describeLockdown(report),
    ...report.sensors.flatMap(describeWeakness),
    ...describeDelivery(report),
  ];
}

/** Whatever policy says: what was ended is not what was asked for. */
function describeKills({ findings }: Report): string[] {
  const ending = findings.filter(({ response }) => response !== "report");
  const jobEnd = ending.find(({ response }) => response !== "kill-process");
  if (jobEnd !== undefined)
    return [`the job was ended for ${nameCause(jobEnd)}: ${jobEnd.message}`];
  const [first] = ending;
  if (first === undefined) return [];
  const others = ending.length === 1 ? "" : ` and ${ending.length - 1} more`;
  return [`a process was ended for ${first.rule.id}: ${first.message}${others}`];
}

const [KILL_ID] = OPERATOR_RULE_IDS;

/** A rule of the collector's ends jobs by the same command as an operator does, and nobody operated. */
function nameCause({ rule: { id }, evidence }: Report["findings"][number]): string {
  const isAutomatic = id === KILL_ID && evidence["by"] === AUTOMATIC_RESPONSE;
  return isAutomatic ? `a response of the collector's (${id})` : id;
}

/** What was stopped counts as what would have been: the job tried. */
function describeViolations({ connections, dnsQueries }: Report): string[] {
  const connected = countForbidden(connections);
  const asked = countForbidden(dnsQueries);
  return [
    ...(connected === 0 ? [] : [`policy does not allow ${connected} of the connections`]),
    ...(asked === 0 ? [] : [`policy does not allow ${toQuestions(asked, dnsQueries)}`]),
  ];
}

/** A program asks several times for a name, and each time for two types: the names are what policy speaks of. */
function toQuestions(count: number, dnsQueries: Report["dnsQueries"]): string {
  const forbidden = dnsQueries.filter(({ verdict }) => verdict !== "allowed");
  const { size } = new Set(forbidden.map(({ name }) => name));
  return `${count} ${pluralise("question", count)} for ${size} ${pluralise("name", size)}`;
}

function countForbidden(
  entries: readonly (Report["connections"] | Report["dnsQueries"])[number][],
) {
  return (
    entries
      .filter(({ verdict }) => verdict !== "allowed")
      // An entry of refused packets alone counts 0 connections, when a sensor counted them as allowed.
      .reduce((sum, { count }) => sum + Math.max(count, 1), 0)
  );
}

function describeFindings({ findings }: Report): string[] {
  const serious = findings.filter(({ severity }) => severity === "high" || severity === "critical");
  const [first] = serious;
  if (first === undefined) return [];
  const others = serious.length === 1 ? "" : ` and ${serious.length - 1} more`;
  return [`there is a finding of severity ${first.severity}: ${first.rule.id}${others}`];
}

function describeMode({ mode: { requested, effective, reasons } }: Report): string[] {
  if (requested === "audit" || effective === "block") return [];
  return [`mode ${effective} was in force, not block (${reasons.join("; ") || "no reason"})`];
}

function describeLockdown({ lockdown }: Report): string[] {
  if (lockdown?.sudo !== "not-held" && lockdown?.containers !== "not-held") return [];
  return [`the job was not held from sudo or containers (${lockdown.reasons.join("; ")})`];
}

/** A summary says so; without one it would go unnoticed. */
export function warnOfDelivery(report: Report, warn: (message: string) => void): void {
  if (report.run.failures.length > 0) return;
  for (const weakness of describeDelivery(report)) warn(`warning: ${weakness}`);
}

function describeDelivery({ collector }: Report): string[] {
  if (collector === undefined) return [];
  const { effective, told, stored, reason } = collector;
  if (effective === "delivered" || effective === "delivering") return [];
  return [`the collector has ${stored} of ${told} events (${reason ?? "no reason"})`];
}

function describeWeakness({ name, status, reason, eventsDropped }: SensorStatus): string[] {
  if (status !== "active") return [`the ${name} sensor was ${status} (${reason ?? "no reason"})`];
  return eventsDropped === 0 ? [] : [`the ${name} sensor lost ${eventsDropped} events`];
}
