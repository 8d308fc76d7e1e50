/** `runner-guard watch`: guards a pod or a machine until it is told to end. */
import { join } from "node:path";

import type { Report } from "../../../protocol/index.ts";
import { createControlServer } from "../../control/control-server.ts";
import type { Peer } from "../../control/peer.ts";
import { openStateDirectory, type StateDirectory } from "../../control/state-directory.ts";
import type { RelayedSignal } from "../../job/signal-relay.ts";
import { findFailures, warnOfDelivery } from "../../report/failures.ts";
import { openSummaryFile, type ReportFile } from "../../report/report-file.ts";
import type { CollectorTarget } from "../guarding/collector-target.ts";
import { createEventDelivery, type EventDelivery } from "../guarding/event-delivery.ts";
import { takeFingerprintKey } from "../guarding/fingerprint-key.ts";
import { createRunCommands } from "../guarding/run-commands.ts";
import { openSpoolDirectory } from "../guarding/spool-directory.ts";
import { toMessage } from "../message.ts";
import { publishReport } from "../run/publish-report.ts";
import type { RunOutcome } from "../run/run-guarded.ts";
import { createControlHandlers } from "./control-handlers.ts";
import { createFindPeer } from "./find-peer.ts";
import { type JobLog, startJobLog } from "./job-log.ts";
import { createLabels, type Labels } from "./labels.ts";
import { describeReady, toWatchState } from "./ready.ts";
import { openRewritableReport } from "./rewritable-report.ts";
import { startWatchGuard, type WatchGuard, type WatchGuardOptions } from "./start-watch-guard.ts";
import { tightenGuard } from "./tighten-guard.ts";
import { createUnaskedReports } from "./unasked-reports.ts";
import { untilAsked } from "./until-asked.ts";
import { untilExit } from "./until-exit.ts";

/** Policy says that what was seen is a failure. */
const EXIT_FAILED = 86;

export interface WatchOptions extends Omit<
  WatchGuardOptions,
  "stateDirectory" | "warn" | "sendEvent"
> {
  /** Undefined: nothing is to be sent anywhere. */
  readonly collector: CollectorTarget | undefined;
  /** Where the state is kept when the options do not say. */
  readonly statePlace: string;
  readonly userId: number;
  /** RUNNER_TEMP. */
  readonly runnerTemp: string | undefined;
  readonly stderr: { write(text: string): unknown };
  readonly terminal: { readonly columns: number; readonly colour: boolean };
  /** Calls back for every signal that is sent to the guard from now on. */
  readonly onSignal: (receive: (signal: RelayedSignal) => void) => void;
}

interface Watching {
  readonly started: WatchGuard;
  readonly jobLog: JobLog;
  readonly labels: Labels;
  readonly reportFile: ReportFile | null;
  readonly delivery: EventDelivery | undefined;
  readonly warn: (message: string) => void;
  readonly until: number | undefined;
}

export async function watch(options: WatchOptions): Promise<RunOutcome> {
  const { config, stderr } = options;
  const warn = (message: string): void => void stderr.write(toMessage(message));
  // From the start: who asks for the end while the guard is getting ready is answered when it is.
  using ending = untilAsked(options.onSignal);
  using other = config.untilExit === undefined ? undefined : untilExit(config.untilExit);
  const ended = Promise.race([ending.asked, ...(other ? [other.exited] : [])]);
  using state = openStateDirectory(config.stateDir ?? options.statePlace, options.userId);
  const { report: path, summary } = config;
  const reportFile = path === undefined ? null : openRewritableReport(path, "--report");
  const summaryFile = summary === undefined ? null : openSummaryFile(summary, "--summary");

  await using delivery =
    options.collector &&
    createEventDelivery({
      ...options,
      warn,
      target: options.collector,
      spoolDirectory: await openSpoolDirectory(config.spoolDir ?? join(state.path, "spool")),
    });
  await using started = await startWatchGuard({
    ...options,
    stateDirectory: state.path,
    warn,
    sendEvent: delivery?.add,
  });
  const { guard, runId, scope } = started;
  const { version, ci } = options;
  await using commands =
    options.collector && createRunCommands({ target: options.collector, guard, warn });
  delivery?.begin({
    guardRunId: runId,
    version,
    scope,
    mode: guard.mode,
    ci,
    connect: guard.connectOwn,
    onRun(run, way) {
      takeFingerprintKey(guard.redaction, run);
      commands?.listen(run, way);
    },
    restore: commands?.restore,
  });
  await using jobLog = await startJobLog({
    ...options,
    choice: config.jobLog,
    guard,
  });
  reportFile?.clear();
  const watching: Watching = {
    started,
    jobLog,
    labels: createLabels(),
    reportFile,
    delivery,
    warn,
    until: config.untilExit,
  };
  await delivery?.restored();
  await guardUntil(ended, state, watching);

  const report = await toReport(watching, { isLast: true });
  const terminal = config.quiet ? null : options.terminal;
  await publishReport(report, { terminal, reportFile, summaryFile, stderr, warn });
  if (terminal === null) warnOfDelivery(report, warn);
  warnOfUnmasked(started.environments, warn);
  const { failures } = report.run;
  for (const failure of failures) warn(`failed: ${failure} (exit ${EXIT_FAILED})`);
  return { exitCode: failures.length > 0 ? EXIT_FAILED : 0 };
}

function warnOfUnmasked(
  { notRead, notMasked }: WatchGuard["environments"],
  warn: (message: string) => void,
): void {
  if (notRead > 0) {
    warn(`warning: ${notRead} processes started too fast to look for secrets in their environment`);
  }
  if (notMasked > 0) {
    warn(
      `warning: ${notMasked} values of variables are not masked: the guard had as many as it can mask. Let secrets.environment name fewer variables`,
    );
  }
}

/** Says that the guard is in force once it can be asked, and no longer when it cannot. */
async function guardUntil(
  asked: Promise<void>,
  state: StateDirectory,
  watching: Watching,
): Promise<void> {
  const { started, jobLog, labels, reportFile, warn, until } = watching;
  const { guard } = started;
  const describe = () => toWatchState(started, { sensors: jobLog.statuses(), until });
  const handle = createControlHandlers({
    labels,
    status: describe,
    tighten: (tightening) => tightenGuard(guard, tightening),
    addValue: (value, source) => guard.redaction.addValue(value, source),
    report: () => toReport(watching, { isLast: false }),
    writeReport: reportFile && ((report) => writeReport(reportFile, report)),
  });
  using unasked = createUnaskedReports(() => handle.finish());
  await using _ = await createControlServer({
    path: state.socketPath,
    findPeer: createFindPeer(),
    onRefused(reason, peer) {
      const message = `somebody asked for a weaker guard: ${reason}`;
      warn(peer ? `${message} (${describePeer(peer)})` : message);
      guard.noteTampering(message, peer);
    },
    redact: (text) => guard.redaction.redactText(text),
    handle,
    onTurnedAway: () => unasked.turnedAway(),
  });
  const ready = describe();
  state.announce(ready);
  warn(describeReady(ready, state.path));
  await asked;
}

function describePeer({ pid, userId }: Peer): string {
  return pid === undefined ? `by user ${userId}` : `by process ${pid} of user ${userId}`;
}

async function writeReport(file: ReportFile, report: Report): Promise<void> {
  const { renderJson } = await import("../../report/render-json.ts");
  file.write(renderJson(report));
}

/** Nothing ends here but the guard: until its own end there is none, and that is a good one. */
async function toReport(
  { started, jobLog, labels, delivery }: Watching,
  { isLast }: { isLast: boolean },
): Promise<Report> {
  const { guard, startedAt, failOn, job } = started;
  await (isLast ? jobLog.end() : jobLog.flush());
  const times = { startedAt, endedAt: Date.now() * 1000, signal: null };
  const entries = labels.entries();
  const judge = (report: Report): Report => {
    const failures = findFailures(report, failOn);
    return { ...report, run: { ...report.run, failures, ...(entries && { labels: entries }) } };
  };
  const complete = (seen: Report): Report => {
    const sensors = [...seen.sensors, ...jobLog.statuses()];
    const run = { ...seen.run, ci: job.ci };
    return judge({ ...seen, run, sensors, ...(delivery && { collector: delivery.status() }) });
  };
  if (!isLast) return guard.report({ ...times, exitCode: null }, complete);
  const report = await guard.finish({ ...times, exitCode: 0 }, complete);
  return delivery ? judge({ ...report, collector: await delivery.finish() }) : report;
}
