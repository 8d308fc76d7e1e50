import type { SensorStatus } from "../../../protocol/primitives.ts";
import type { Report, ReportedProcess } from "../../../protocol/report.ts";
import { toCodeSpan, toProse } from "../escape/escape-markdown.ts";
import { toDestinationName, toDestinationNote } from "../summary/destination-words.ts";
import type { DestinationRow } from "../summary/destinations.ts";
import { formatCount } from "../summary/formats.ts";
import type { OutsideWrites } from "../summary/outside-writes.ts";
import { fromWorkspace } from "../summary/path-kind.ts";
import type { ProgramRow } from "../summary/programs.ts";
import type { SecretRow } from "../summary/secrets.ts";
import type { TouchedRow } from "../summary/touched.ts";
import type { MarkdownTable } from "./markdown-table.ts";

export function toSecretTable(rows: readonly SecretRow[]): MarkdownTable<SecretRow> {
  return {
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

export function toDestinationTable(rows: readonly DestinationRow[]): MarkdownTable<DestinationRow> {
  const hasSteps = rows.some(({ step }) => step !== null);
  return {
    headers: [...(hasSteps ? ["Step"] : []), "Destination", "Program", "Times", "Detail"],
    rows,
    toCells: (row) => [
      ...(hasSteps ? [toCodeSpan(row.step ?? "")] : []),
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
    headers: ["Place", "Files", "Operations", "Programs"],
    rows,
    toCells: ({ place, files, operations, programs }) => [
      toCodeSpan(place),
      formatCount(files),
      operations.join(", "),
      `${programs
        .slice(0, MAX_PROGRAMS)
        .map((name) => toCodeSpan(name))
        .join(", ")}${programs.length > MAX_PROGRAMS ? ", …" : ""}`,
    ],
  };
}

export function toTouchedTable(rows: readonly TouchedRow[]): MarkdownTable<TouchedRow> {
  return {
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
