import type { Report, ReportedProcess } from "../../../protocol/report.ts";
import { type CollectorWords, toCollectorWords } from "./collector-words.ts";
import { type DestinationRow, toDestinationRows } from "./destinations.ts";
import { type EnforcementWords, toEnforcementWords } from "./enforcement-words.ts";
import { type FindingRow, toFindingRows } from "./findings.ts";
import { type ForbiddenName, toForbiddenNames } from "./forbidden-names.ts";
import { type ForbiddenRow, toForbiddenRows } from "./forbidden.ts";
import { type LockdownWords, toLockdownWords } from "./lockdown-words.ts";
import { toLosses } from "./losses.ts";
import { type MissingEntry, toMissingEntries } from "./missing-entries.ts";
import { type OutsideWrites, toOutsideWrites } from "./outside-writes.ts";
import { type PostureWords, toPostureWords } from "./posture-words.ts";
import { createProcessIndex } from "./process-index.ts";
import { type ProgramRow, toProgramRows } from "./programs.ts";
import { type SecretRow, toSecretRows } from "./secrets.ts";
import { toTouchedRows, type TouchedRow } from "./touched.ts";
import { toUnanswered, type Unanswered } from "./unanswered.ts";

/** What both summaries tell, sorted and grouped. All of its text is the job's, unescaped: renderers escape. */
export interface RunSummary {
  readonly programs: readonly ProgramRow[];
  /** What policy allows. */
  readonly destinations: readonly DestinationRow[];
  readonly forbiddenDestinations: readonly DestinationRow[];
  readonly forbiddenNames: readonly ForbiddenName[];
  /** Both of these. */
  readonly forbidden: readonly ForbiddenRow[];
  /** Entries for `egress.allow` that would let what was forbidden be. */
  readonly missingEntries: readonly MissingEntry[];
  readonly unanswered: Unanswered | null;
  readonly enforcement: EnforcementWords | null;
  readonly lockdown: LockdownWords | null;
  readonly collector: CollectorWords | null;
  readonly outsideWrites: readonly OutsideWrites[];
  readonly touched: readonly TouchedRow[];
  readonly findings: readonly FindingRow[];
  readonly secrets: readonly SecretRow[];
  readonly posture: PostureWords | null;
  readonly losses: readonly string[];
  readonly stillRunning: readonly ReportedProcess[];
}

interface SummaryOptions {
  /** Above that many, directories outside the workspace are joined to higher ones. */
  readonly maxDirectories: number;
  /** Two steps that did the same are two rows. */
  readonly bySteps: boolean;
}

export function toRunSummary(
  report: Report,
  { maxDirectories, bySteps }: SummaryOptions,
): RunSummary {
  const index = createProcessIndex(report);
  const grouping = { index, bySteps };
  const destinations = toDestinationRows(report, grouping);
  const forbiddenDestinations = destinations.filter(({ verdict }) => verdict !== "allowed");
  const forbiddenNames = toForbiddenNames(report, grouping);
  const unanswered = toUnanswered(report);
  return {
    programs: toProgramRows(report),
    destinations: destinations.filter(({ verdict }) => verdict === "allowed"),
    forbiddenDestinations,
    forbiddenNames,
    forbidden: toForbiddenRows(forbiddenDestinations, forbiddenNames),
    missingEntries: toMissingEntries(forbiddenDestinations, forbiddenNames),
    unanswered,
    enforcement: toEnforcementWords(report, { index, unanswered }),
    lockdown: toLockdownWords(report),
    collector: toCollectorWords(report),
    outsideWrites: toOutsideWrites(report, index, maxDirectories),
    touched: toTouchedRows(report, index),
    findings: toFindingRows(report, grouping),
    secrets: toSecretRows(report),
    posture: toPostureWords(report),
    losses: toLosses(report),
    stillRunning: report.processes.filter(({ endedAt }) => endedAt === null),
  };
}
