import type { SensorStatus, Severity, Verdict } from "../../../protocol/primitives.ts";
import type { Report, ReportedProcess } from "../../../protocol/report.ts";
import { toCodeSpan, toProse } from "../escape/escape-markdown.ts";
import {
  isRedirected,
  toDestinationName,
  toDestinationNote,
  toForbiddenNote,
} from "../summary/destination-words.ts";
import type { DestinationRow } from "../summary/destinations.ts";
import type { FindingRow } from "../summary/findings.ts";
import { type ForbiddenName, toForbiddenNameNote } from "../summary/forbidden-names.ts";
import { formatCount } from "../summary/formats.ts";
import type { OutsideWrites } from "../summary/outside-writes.ts";
import { fromWorkspace } from "../summary/path-kind.ts";
import type { ProgramRow } from "../summary/programs.ts";
import type { SecretRow } from "../summary/secrets.ts";
import type { TouchedRow } from "../summary/touched.ts";
import type { MarkdownTable } from "./markdown-table.ts";

const SEVERITY_MARKS: Readonly<Record<Severity, string>> = {
  critical: "🔴 **critical**",
  high: "🔴 high",
  medium: "🟠 medium",
  low: "🟡 low",
  info: "info",
};

export function toFindingTable(rows: readonly FindingRow[]): MarkdownTable<FindingRow> {
  return {
    title: "Findings",
    headers: ["Severity", "Rule", "Program", "What happened", "Technique", "Response", "Times"],
    rows,
    toCells: ({ severity, rule, program, message, technique, response, count }) => [
      SEVERITY_MARKS[severity],
      toCodeSpan(rule),
      program === null ? "–" : toCodeSpan(program),
      toProse(message),
      technique === null ? "–" : toCodeSpan(technique),
      response === "report" ? "reported" : `**${response}**`,
      formatCount(count),
    ],
  };
}

export function toSecretTable(rows: readonly SecretRow[]): MarkdownTable<SecretRow> {
  return {
    title: "Secrets found and masked",
    headers: ["Secret", "Where", "Fingerprint", "Times", "What to do"],
    rows,
    toCells: ({ what, where, fingerprint, isPrinted, advice, count }) => [
      isPrinted ? `🔴 ${toCodeSpan(what)}` : toCodeSpan(what),
      toProse(where),
      toCodeSpan(fingerprint),
      formatCount(count),
      advice === "" ? "–" : advice,
    ],
  };
}

const VERDICT_MARKS: Readonly<Record<Verdict, string>> = {
  blocked: "🔴 **blocked**",
  "would-block": "🟠 **would block**",
  allowed: "allowed",
};

export function toForbiddenTable(rows: readonly DestinationRow[]): MarkdownTable<DestinationRow> {
  return {
    title: "Forbidden destinations",
    headers: ["Verdict", "Destination", "Program", "Times", "Why"],
    rows,
    toCells: (row) => [
      isRedirected(row) ? "🟠 **redirected**" : VERDICT_MARKS[row.verdict],
      toCodeSpan(toDestinationName(row)),
      toCodeSpan(row.program),
      formatCount(row.count),
      toCodeSpan(toForbiddenNote(row)),
    ],
  };
}

const NAME_MARKS: Readonly<Record<ForbiddenName["verdict"], string>> = {
  blocked: "🔴 **refused**",
  "would-block": "🟠 **would refuse**",
};

export function toForbiddenNameTable(rows: readonly ForbiddenName[]): MarkdownTable<ForbiddenName> {
  return {
    title: "Forbidden names",
    headers: ["Verdict", "Name", "Program", "Times", "Why"],
    rows,
    toCells: (row) => [
      NAME_MARKS[row.verdict],
      toCodeSpan(row.name),
      toCodeSpan(row.program),
      formatCount(row.count),
      toCodeSpan(toForbiddenNameNote(row)),
    ],
  };
}

export function toDestinationTable(rows: readonly DestinationRow[]): MarkdownTable<DestinationRow> {
  return {
    title: "Talked to",
    headers: ["Destination", "Program", "Times", "Detail"],
    rows,
    toCells: (row) => [
      toCodeSpan(toDestinationName(row)),
      toCodeSpan(row.program),
      formatCount(row.count),
      toCodeSpan(toDestinationNote(row)),
    ],
  };
}

export function toProgramTable(
  rows: readonly ProgramRow[],
  workspace: string,
): MarkdownTable<ProgramRow> {
  return {
    title: "Ran",
    headers: ["Runs", "Program", "Why look"],
    rows,
    toCells: ({ runs, executable, traits, isEveryday }) => [
      formatCount(runs),
      toCodeSpan(fromWorkspace(executable, workspace)),
      traits.length > 0 ? traits.join(", ") : isEveryday ? "everyday tool" : "–",
    ],
  };
}

/** Programs named in one cell. */
const MAX_PROGRAMS = 4;

export function toWriteTable(rows: readonly OutsideWrites[]): MarkdownTable<OutsideWrites> {
  return {
    title: "Wrote outside the workspace",
    headers: ["Place", "Files", "Operations", "Programs"],
    rows,
    toCells: ({ place, files, operations, programs }) => [
      toCodeSpan(place),
      formatCount(files),
      operations.join(", "),
      `${programs.slice(0, MAX_PROGRAMS).map(toCodeSpan).join(", ")}${programs.length > MAX_PROGRAMS ? ", …" : ""}`,
    ],
  };
}

export function toTouchedTable(rows: readonly TouchedRow[]): MarkdownTable<TouchedRow> {
  return {
    title: "Touched",
    headers: ["What", "Of what", "Program", "Times", "Result"],
    rows,
    toCells: ({ action, object, program, count, succeeded }) => [
      action,
      toCodeSpan(object),
      toCodeSpan(program),
      formatCount(count),
      succeeded ? "done" : "refused",
    ],
  };
}

export function toSensorTable(sensors: Report["sensors"]): MarkdownTable<SensorStatus> {
  return {
    title: "Sensors",
    headers: ["Sensor", "Status", "Events", "Lost", "Remark"],
    rows: sensors,
    toCells: ({ name, status, eventsSeen, eventsDropped, reason }) => [
      name,
      status === "active" ? status : `**${status}**`,
      formatCount(eventsSeen),
      eventsDropped === 0 ? "none" : `**${formatCount(eventsDropped)}**`,
      reason === undefined ? "–" : toProse(reason),
    ],
  };
}

export function toRunningTable(rows: readonly ReportedProcess[]): MarkdownTable<ReportedProcess> {
  return {
    title: "Still running, and not watched any more",
    headers: ["Process", "Program", "Arguments"],
    rows,
    toCells: ({ pid, executable, args }) => [
      formatPid(pid),
      toCodeSpan(executable),
      toCodeSpan(args.slice(1).join(" ")),
    ],
  };
}

function formatPid(pid: number): string {
  return `pid ${pid}`;
}
