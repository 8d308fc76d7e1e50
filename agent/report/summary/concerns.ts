import type { Verdict } from "../../../protocol/primitives.ts";
import type { Report } from "../../../protocol/report.ts";
import { isRedirected } from "./destination-words.ts";
import type { DestinationRow } from "./destinations.ts";
import type { ForbiddenName } from "./forbidden-names.ts";
import { formatCount, pluralise } from "./formats.ts";
import type { RunSummary } from "./run-summary.ts";

/** What someone should look at, in a few words each, gravest first. Empty for a run without a blemish. */
export function toConcerns(report: Report, summary: RunSummary): string[] {
  return [
    ...report.run.failures.map((failure) => `failed: ${failure}`),
    ...toFindingConcern(report),
    ...toForbiddenConcerns(summary),
    ...toRestoredConcern(report),
    ...(summary.lockdown?.isHeld === false ? [summary.lockdown.outcome] : []),
    ...(summary.collector?.isDelivered === false ? [summary.collector.outcome] : []),
    ...(summary.unanswered === null ? [] : [summary.unanswered.sentence]),
    ...toLossConcern(report),
    ...report.sensors
      .filter(({ status }) => status !== "active")
      .map(({ name, status }) => `${name} sensor ${status}`),
    ...toSamplingConcern(report),
    ...toRunningConcern(summary),
  ];
}

/** What a run without concerns says in their place: each of the things that were looked for. */
export const NO_CONCERNS = "no forbidden destination, nothing lost";

function toSamplingConcern({ sensors }: Report): string[] {
  const isSeen = sensors.some(({ name, status }) => name === "kernel" && status !== "unavailable");
  return isSeen ? [] : ["only sampled: what is short was missed"];
}

function toFindingConcern({ findings, totals }: Report): string[] {
  if (totals.findings === 0) return [];
  const critical = findings.filter(({ severity }) => severity === "critical").length;
  const share = critical === 0 ? "" : `, ${formatCount(critical)} critical`;
  return [`${formatCount(totals.findings)} ${pluralise("finding", totals.findings)}${share}`];
}

/** `blocked` was stopped; `forbidden` was let be, by a guard that only audits or cannot do more. */
function toForbiddenConcerns({ forbiddenDestinations, forbiddenNames }: RunSummary): string[] {
  const destinations = eachPort(forbiddenDestinations);
  const stopped = destinations.filter((row) => !isRedirected(row));
  return [
    ...countVerdicts(stopped, "blocked", "blocked destination"),
    ...countVerdicts(destinations, "would-block", "forbidden destination"),
    ...toRedirectedConcern(destinations.filter(isRedirected)),
    ...countVerdicts(distinctNames(forbiddenNames), "blocked", "refused name"),
    ...countVerdicts(distinctNames(forbiddenNames), "would-block", "forbidden name"),
  ];
}

function toRedirectedConcern({ length }: readonly DestinationRow[]): string[] {
  if (length === 0) return [];
  return [`questions to ${formatCount(length)} ${pluralise("other resolver", length)} redirected`];
}

/** Every port is a destination, though those of one host share a row. */
function eachPort(rows: readonly DestinationRow[]): readonly DestinationRow[] {
  return rows.flatMap((row) => (row.ports.length < 2 ? [row] : row.ports.map(() => row)));
}

/** A name that several programs asked for is one. */
function distinctNames(names: readonly ForbiddenName[]): readonly ForbiddenName[] {
  return [...new Map(names.map((row) => [`${row.verdict} ${row.name}`, row])).values()];
}

function countVerdicts(
  rows: readonly { readonly verdict: Verdict }[],
  verdict: Verdict,
  what: string,
): string[] {
  const { length } = rows.filter((row) => row.verdict === verdict);
  return length === 0 ? [] : [`${formatCount(length)} ${pluralise(what, length)}`];
}

function toRestoredConcern({ enforcement }: Report): string[] {
  const restored = enforcement?.restored ?? 0;
  if (restored === 0) return [];
  return [
    `packet filter changed and put back ${formatCount(restored)} ${pluralise("time", restored)}`,
  ];
}

function toLossConcern({ dropped }: Report): string[] {
  const lost = Object.values(dropped.byReason).reduce((sum, count) => sum + count, 0);
  return lost === 0 ? [] : [`${formatCount(lost)} ${pluralise("event", lost)} lost`];
}

function toRunningConcern({ stillRunning }: RunSummary): string[] {
  const { length } = stillRunning;
  if (length === 0) return [];
  return [`${formatCount(length)} ${pluralise("process", length)} left running`];
}
