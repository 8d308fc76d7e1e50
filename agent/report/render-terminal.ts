/** The summary that `runner-guard run` prints when its command has ended: one look has to be enough. */
import type { Report } from "../../protocol/report.ts";
import { toRunSummary } from "./summary/run-summary.ts";
import { toCollectorSection } from "./terminal/collector-section.ts";
import { toDestinationSection } from "./terminal/destination-section.ts";
import { toEnforcementSection } from "./terminal/enforcement-section.ts";
import { toFindingSection } from "./terminal/finding-section.ts";
import {
  toAdviceLines,
  toForbiddenNameSection,
  toForbiddenSection,
} from "./terminal/forbidden-section.ts";
import { toHeading } from "./terminal/heading.ts";
import { formatLine } from "./terminal/line.ts";
import { toLockdownSection } from "./terminal/lockdown-section.ts";
import { toPostureSection } from "./terminal/posture-section.ts";
import { toProgramSection } from "./terminal/program-section.ts";
import { toRunningSection } from "./terminal/running-section.ts";
import { toSecretSection } from "./terminal/secret-section.ts";
import { toSectionLines } from "./terminal/section.ts";
import { toSensorSection } from "./terminal/sensor-section.ts";
import { toTouchedSection } from "./terminal/touched-section.ts";
import { toWriteSection } from "./terminal/write-section.ts";

interface TerminalOptions {
  /** Display columns that no line may exceed. */
  readonly columns: number;
  readonly colour: boolean;
}

/** Places outside the workspace, above which directories are joined; the section shows about as many. */
const MAX_DIRECTORIES = 8;

/** Nothing can be laid out in less; in narrower terminals lines are cut at the end. */
const MIN_LAYOUT_COLUMNS = 32;

/** Wider lines are hard to follow across, however wide the terminal is. */
const MAX_LAYOUT_COLUMNS = 140;

/** Ends in a line break. */
export function renderTerminalSummary(report: Report, options: TerminalOptions): string {
  const columns = Math.min(Math.max(options.columns, MIN_LAYOUT_COLUMNS), MAX_LAYOUT_COLUMNS);
  const summary = toRunSummary(report, {
    maxDirectories: MAX_DIRECTORIES,
    bySteps: false,
  });
  const forbidden = [
    toForbiddenSection(summary.forbiddenDestinations, columns),
    toForbiddenNameSection(summary.forbiddenNames, columns),
  ];
  const sections = [
    toProgramSection(summary.programs, report, columns),
    toDestinationSection(summary.destinations, columns),
    toWriteSection(summary.outsideWrites, columns),
    toTouchedSection(summary.touched, columns),
    toFindingSection(summary.findings, columns),
    toSecretSection(summary.secrets, columns),
    toEnforcementSection(summary.enforcement, columns),
    toLockdownSection(summary.lockdown, columns),
    toCollectorSection(summary.collector, columns),
    toSensorSection(report.sensors, summary.losses, columns),
    toRunningSection(summary.stillRunning, columns),
    toPostureSection(summary.posture, columns),
  ];
  const lines = [
    ...toHeading(report, summary, columns),
    ...forbidden.flatMap(toSectionLines),
    ...toAdviceLines(summary.missingEntries, columns),
    ...sections.flatMap(toSectionLines),
  ];
  return lines.map((line) => `${formatLine(line, options)}\n`).join("");
}
