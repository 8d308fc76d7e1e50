/** What is told in sentences, of which a page has a few in the good case. */
import type { Report } from "../../../protocol/report.ts";
import { toCodeSpan } from "../escape/escape-markdown.ts";
import { findWeaknesses } from "../failures.ts";
import { formatCount, pluralise } from "../summary/formats.ts";
import type { MissingEntry } from "../summary/missing-entries.ts";
import type { RunSummary } from "../summary/run-summary.ts";
import type { Bullet } from "./bullets.ts";

/** The terminal sends here for what it has no room for. */
const MAX_ENTRIES = 50;

/** What to add to policy where what was forbidden belongs to the job. */
export function toPolicyAdvice(entries: readonly MissingEntry[], list: string): string {
  if (entries.length === 0) return "";
  const shown = entries.slice(0, MAX_ENTRIES).map(toEntryProse).join(", ");
  const more = entries.length - MAX_ENTRIES;
  const others = more > 0 ? `, and ${formatCount(more)} more in the JSON report` : "";
  return `To allow what the job needs, add to ${toCodeSpan(list)}: ${shown}${others}`;
}

function toEntryProse({ entry, isPortAssumed }: MissingEntry): string {
  return isPortAssumed ? `${toCodeSpan(entry)} (port assumed)` : toCodeSpan(entry);
}

/** What nobody watched, held or enforced as it was asked for, and what went on where nobody looks any more. */
export function toUnseenBullets(
  report: Report,
  summary: RunSummary,
  {
    degraded,
    notSeen,
  }: { readonly degraded: readonly string[]; readonly notSeen: readonly string[] },
): Bullet[] {
  const { enforcement, lockdown, losses, unanswered, stillRunning } = summary;
  return [
    ...[...degraded, ...findWeaknesses(withoutLosses(report)), ...losses].map(toAlarm),
    ...toSaid(enforcement?.tampering).map(toAlarm),
    ...toSaid(lockdown?.tried).map(toAlarm),
    ...toSaid(unanswered?.sentence).map(toAlarm),
    ...(isSampled(report) ? [toAlarm("only sampled: what is short was missed")] : []),
    ...toRunning(report.run, stillRunning.length).map(toAlarm),
    ...notSeen.map(toRemark),
  ];
}

/** Told with their reasons, and not by sensor. */
function withoutLosses(report: Report): Report {
  return { ...report, sensors: report.sensors.map((sensor) => ({ ...sensor, eventsDropped: 0 })) };
}

function isSampled({ sensors }: Report): boolean {
  return !sensors.some(({ name, status }) => name === "kernel" && status !== "unavailable");
}

/** A guard without a command of its own goes on, and so does what it watches. */
function toRunning({ command }: Report["run"], count: number): string[] {
  if (count === 0 || command.length === 0) return [];
  return [
    `${formatCount(count)} ${pluralise("process", count)} still ran when the guard ended, and nobody watches what they do`,
  ];
}

/** Who guarded, by which means, and what it took for that. */
export function toGuardBullets({ mode }: Report, summary: RunSummary): Bullet[] {
  const { enforcement, lockdown, collector, posture, unanswered } = summary;
  return [
    ...mode.reasons.map(toRemark),
    ...(enforcement === null
      ? []
      : [
          toRemark(`${enforcement.means}: ${enforcement.refused}`),
          ...toSaid(enforcement.reason).map(toRemark),
          ...toSaid(enforcement.builtIn).map(toRemark),
          ...toSaid(enforcement.withheld).map(toRemark),
        ]),
    ...toSaid(unanswered?.names).map(toRemark),
    ...(lockdown === null
      ? []
      : [`lockdown: ${lockdown.outcome}`, ...lockdown.reasons].map(toRemark)),
    ...(collector === null
      ? []
      : [`collector: ${collector.outcome}`, ...collector.details].map(toRemark)),
    ...(posture === null
      ? []
      : [toRemark(`posture: ${posture.outcome}`), toRemark(posture.advice)]),
  ];
}

function toSaid(sentence: string | undefined): string[] {
  return sentence === undefined ? [] : [sentence];
}

function toRemark(text: string): Bullet {
  return { text };
}

function toAlarm(text: string): Bullet {
  return { text, mark: "⚠️" };
}
