import type { Mode } from "../../../protocol/primitives.ts";
import type { Report } from "../../../protocol/report.ts";
import { formatCount, formatDuration, pluralise } from "./formats.ts";

/** How the command ended, in three words. */
export function toOutcome({ exitCode, signal }: Report["run"]): string {
  if (signal !== null) return `ended by ${signal}`;
  return exitCode === null ? "end unknown" : `exit ${exitCode}`;
}

export function hasSucceeded({ exitCode, signal, failures }: Report["run"]): boolean {
  return exitCode === 0 && signal === null && failures.length === 0;
}

export function toDuration({ startedAt, endedAt }: Report["run"]): string {
  return formatDuration(Date.parse(endedAt) - Date.parse(startedAt));
}

/** The mode in force, and the one that was asked for where it is another. */
export function toModeWords({ requested, effective }: Mode): string {
  return requested === effective
    ? `${effective} mode`
    : `${effective} mode in force, though ${requested} was asked for`;
}

/** The command as one would type it, so that arguments can be told apart. */
export function toCommandLine({ command }: Report["run"]): string {
  return command.map(quote).join(" ");
}

/** The longest argument that is looked at for quoting; more than a summary shows of it. */
const MAX_QUOTED = 4_096;

function quote(arg: string): string {
  const start = arg.slice(0, MAX_QUOTED);
  return /^[\w@%+=:,./-]+$/.test(start) ? start : `'${start.replaceAll("'", "'\\''")}'`;
}

/** What was seen in all, leaving out what was not seen at all. */
export function toTotalsWords({ totals, secrets }: Report): string[] {
  const counted: [number, string][] = [
    [totals.processes, "process"],
    [totals.connections, "connection"],
    [totals.dnsQueries, "DNS query"],
    [totals.files, "file change"],
    [secrets.redacted, "redacted secret"],
  ];
  return counted
    .filter(([count, what]) => count > 0 || what === "process")
    .map(([count, what]) => `${formatCount(count)} ${pluralise(what, count)}`);
}
