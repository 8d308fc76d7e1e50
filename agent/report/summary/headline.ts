import type { Report } from "../../../protocol/report.ts";
import { formatCount, formatDuration, pluralise } from "./formats.ts";
import { isVainCacheLookup } from "./name-service-cache.ts";

export interface Outcome {
  /** How it ended, in three words. */
  readonly ending: string;
  readonly time: string;
}

export function toOutcome(run: Report["run"]): Outcome {
  const duration = formatDuration(Date.parse(run.endedAt) - Date.parse(run.startedAt));
  if (isWatch(run)) return { ending: "watched", time: `for ${duration}` };
  return { ending: toEnding(run), time: `after ${duration}` };
}

export function hasSucceeded(run: Report["run"]): boolean {
  const hasEndedWell = isWatch(run) || (run.exitCode === 0 && run.signal === null);
  return hasEndedWell && run.failures.length === 0;
}

/** Only a guard without a command of its own has none in its report. */
function isWatch({ command }: Report["run"]): boolean {
  return command.length === 0;
}

function toEnding({ exitCode, signal }: Report["run"]): string {
  if (signal !== null) return `ended by ${signal}`;
  return exitCode === null ? "end unknown" : `exit ${exitCode}`;
}

/** The mode in force and by what, and the one that was asked for where it is another. */
export function toModeWords({ mode, enforcement }: Report): string {
  const { requested, effective } = mode;
  const name = effective === "block (names only)" ? effective : `${effective} mode`;
  const means = toMeansWords(enforcement);
  if (requested !== effective) {
    const by = means === "" || effective === "audit" ? "" : `: ${means}`;
    return `${name} in force${by}, though ${requested} was asked for`;
  }
  if (means === "") return name;
  return effective === "audit" ? `${name}: ${means}` : `${name} in force: ${means}`;
}

/** What stands between the job and the network, and for whom. Empty where nothing does. */
export function toMeansWords(enforcement: Report["enforcement"]): string {
  if (enforcement === undefined || enforcement.mechanism === "none") return "";
  const { mechanism, scope } = enforcement;
  const means = mechanism === "dns" ? "the DNS gate" : mechanism;
  return scope === undefined ? means : `${means}, ${SCOPES[scope]}`;
}

const SCOPES = {
  command: "this command's cgroup",
  "network-namespace": "the whole network namespace",
} as const;

/** What was seen in all, leaving out what was not seen at all. */
export function toTotalsWords({ totals, connections, enforcement, secrets }: Report): string[] {
  const vain = connections.filter(isVainCacheLookup).reduce((sum, { count }) => sum + count, 0);
  const counted: [number, string][] = [
    [totals.processes, "process"],
    [totals.connections - vain, "connection"],
    [totals.dnsQueries, "DNS query"],
    [enforcement?.packetsRefused ?? 0, "refused packet"],
    [enforcement?.namesRefused ?? 0, "refused DNS query"],
    [totals.files, "file change"],
    [secrets.redacted, "redacted secret"],
    [secrets.refused ?? 0, "unmasked value"],
  ];
  return counted
    .filter(([count, what]) => count > 0 || what === "process")
    .map(([count, what]) => `${formatCount(count)} ${pluralise(what, count)}`);
}
