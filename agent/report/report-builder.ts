/** Folds the event stream of one run into its report while the run goes on. */
import type { GuardEvent } from "../../protocol/events.ts";
import type { Mode, SensorStatus } from "../../protocol/primitives.ts";
import type { Report } from "../../protocol/report.ts";
import { toBoundedEnforcement } from "./model/bounded-enforcement.ts";
import { toBoundedPosture } from "./model/bounded-posture.ts";
import { createReportLists, type ReportLists } from "./model/report-lists.ts";
import { cutText } from "./model/text-allowance.ts";
import type { ReportLimits } from "./report-limits.ts";

/** What is known of a run when it is over, and no event carries. */
export interface FinishedRun {
  readonly run: Report["run"];
  readonly mode: Mode;
  readonly enforcement?: Report["enforcement"];
  readonly lockdown?: Report["lockdown"];
  readonly sensors: readonly SensorStatus[];
  /** Secrets that were taken out of events, logs and reports. */
  readonly secretsRedacted: number;
}

export interface ReportBuilder {
  /** Takes the same short time however many events came before: nothing is searched, sorted or validated here. */
  add(event: GuardEvent): void;
  /** The report of all events so far. Later events do not change it. */
  build(finished: FinishedRun): Report;
}

export function createReportBuilder({ limits }: { limits: ReportLimits }): ReportBuilder {
  const lists = createReportLists(limits);
  let posture: Report["posture"];
  return {
    add(event) {
      if (event.kind === "posture") posture = toBoundedPosture(event, limits);
      else addTo(lists, event);
    },
    build: (finished) => ({ ...toReport(lists, finished, limits), ...(posture && { posture }) }),
  };
}

function addTo(lists: ReportLists, event: Exclude<GuardEvent, { kind: "posture" }>): void {
  switch (event.kind) {
    case "process-started":
      return lists.processes.start(event);
    case "process-exited":
      return lists.processes.exit(event);
    case "connection":
      return referIf(lists.connections.add(event), lists, event.process);
    case "dns-query":
      return referIf(lists.dnsQueries.add(event), lists, event.process);
    case "file-written":
      // Nearly every process writes a file, so files get no reserved places for theirs.
      lists.files.add(event);
      return;
    case "file-read":
      return referIf(lists.fileReads.add(event), lists, event.process);
    case "memory-access":
      return referIf(lists.memoryAccesses.add(event), lists, event.process);
    case "privileged-operation":
      return referIf(lists.privilegedOperations.add(event), lists, event.process);
    case "finding":
      lists.findings.add(event);
      return referIf(true, lists, event.process);
    case "secret-found":
      lists.secrets.add(event);
      return;
    case "resource-sample":
      return lists.addResources(event);
    case "events-dropped":
      return lists.losses.add(event);
    case "guard-started":
    case "guard-stopped":
    case "heartbeat":
      return;
  }
}

function referIf(isListed: boolean, lists: ReportLists, process: string | null): void {
  if (isListed && process !== null) lists.processes.refer(process);
}

function toReport(lists: ReportLists, finished: FinishedRun, limits: ReportLimits): Report {
  return {
    version: 1,
    run: toBoundedRun(finished.run, limits),
    mode: finished.mode,
    ...(finished.enforcement && {
      enforcement: toBoundedEnforcement(finished.enforcement, limits),
    }),
    ...(finished.lockdown && { lockdown: toBoundedLockdown(finished.lockdown, limits) }),
    sensors: [...finished.sensors],
    processes: lists.processes.entries(),
    connections: lists.connections.entries(),
    dnsQueries: lists.dnsQueries.entries(),
    files: lists.files.entries(),
    fileReads: lists.fileReads.entries(),
    memoryAccesses: lists.memoryAccesses.entries(),
    privilegedOperations: lists.privilegedOperations.entries(),
    findings: lists.findings.entries(),
    secrets: { redacted: finished.secretsRedacted, found: lists.secrets.entries() },
    resources: lists.resources.entries(),
    totals: toTotals(lists),
    dropped: {
      byReason: lists.losses.byReason(),
      byKind: lists.losses.byKind(),
      notListed: toNotListed(lists),
    },
  };
}

function toBoundedRun(run: Report["run"], { text }: ReportLimits): Report["run"] {
  return {
    ...run,
    command: run.command.slice(0, text.members).map((arg) => cutText(arg, text.characters)),
    workingDirectory: cutText(run.workingDirectory, text.characters),
  };
}

function toBoundedLockdown(
  { reasons, ...statuses }: NonNullable<Report["lockdown"]>,
  { text }: ReportLimits,
): Report["lockdown"] {
  const kept = reasons.slice(0, text.members).map((reason) => cutText(reason, text.characters));
  return { ...statuses, reasons: kept };
}

function toTotals(lists: ReportLists): Report["totals"] {
  return {
    processes: lists.processes.total(),
    executions: lists.processes.executions(),
    connections: lists.connections.total(),
    dnsQueries: lists.dnsQueries.total(),
    files: lists.files.total(),
    fileReads: lists.fileReads.total(),
    memoryAccesses: lists.memoryAccesses.total(),
    privilegedOperations: lists.privilegedOperations.total(),
    findings: lists.findings.total(),
  };
}

/** Only what is not zero: an empty record says that the lists are whole. */
function toNotListed(lists: ReportLists): Record<string, number> {
  const counts = {
    processes: lists.processes.notListed(),
    connections: lists.connections.notListed(),
    dnsQueries: lists.dnsQueries.notListed(),
    files: lists.files.notListed(),
    fileReads: lists.fileReads.notListed(),
    memoryAccesses: lists.memoryAccesses.notListed(),
    privilegedOperations: lists.privilegedOperations.notListed(),
    findings: lists.findings.notListed(),
    secrets: lists.secrets.notListed(),
    resources: lists.resources.notListed(),
  };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}
