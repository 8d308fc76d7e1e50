/** `runner-guard run -- COMMAND`: guards one command, and tells afterwards what it did. */
import type { CiContext, Report } from "../../../protocol/index.ts";
import type { CommandConfig } from "../../config.ts";
import { toErrorText } from "../../errors.ts";
import { beginGuard } from "../../guard/begin-guard.ts";
import type { Responses } from "../../guard/guard-rules.ts";
import type { Inheritance } from "../../job/inheritance.ts";
import type { SignalName } from "../../job/signal-name.ts";
import type { RelayedSignal } from "../../job/signal-relay.ts";
import type { AskedLockdown } from "../../lockdown/asked-lockdown.ts";
import { toJobPlace } from "../../process/job-place.ts";
import type { Redaction } from "../../redact/redaction.ts";
import { findFailures, warnOfDelivery } from "../../report/failures.ts";
import { openReportFile, openSummaryFile } from "../../report/report-file.ts";
import { assertLockdown, toAskedLockdown } from "../guarding/asked-lockdown.ts";
import type { CollectorTarget } from "../guarding/collector-target.ts";
import { createEventDelivery } from "../guarding/event-delivery.ts";
import { takeFingerprintKey } from "../guarding/fingerprint-key.ts";
import { toIncidentDirectory } from "../guarding/incident-directory.ts";
import { reviewRegularly } from "../guarding/lockdown-review.ts";
import { toOwnPlaces } from "../guarding/own-places.ts";
import { toPosturePlaces } from "../guarding/posture-places.ts";
import { readPolicy } from "../guarding/read-policy.ts";
import { createRunCommands } from "../guarding/run-commands.ts";
import { createRunId } from "../guarding/run-id.ts";
import { addSecretValues, toEntries } from "../guarding/secret-values.ts";
import { openSpoolDirectory } from "../guarding/spool-directory.ts";
import { toMessage } from "../message.ts";
import { publishReport } from "./publish-report.ts";
import type { CommandEnd } from "./run-command.ts";
import type { RunLockdown } from "./run-lockdown.ts";
import { assertStrength, toFailOn, toRequestedMode } from "./strength.ts";

/** The guard stopped the command, or policy says that what it did is a failure. */
const EXIT_GUARD = 86;
/** EX_IOERR of sysexits.h: the command succeeded, and not all that it wrote could be shown. */
const EXIT_UNWRITTEN = 74;
const LEFTOVERS =
  "processes that the command started still run; what blocks them stays until they end";
const LEFT_OPEN =
  "a process that the command left behind still has its output, and what it writes from now on is lost";
const NOT_READ = "not all that the command wrote could be shown: nobody read it";

export interface RunOptions {
  readonly config: CommandConfig;
  readonly command: readonly string[];
  readonly inheritance: Inheritance;
  /** PATH. */
  readonly searchPath: string | undefined;
  readonly version: string;
  readonly ci: CiContext | null;
  readonly workingDirectory: string;
  readonly stderr: { write(text: string): unknown };
  readonly terminal: { readonly columns: number; readonly colour: boolean };
  readonly redaction: Redaction;
  /** Undefined: nothing is to be sent anywhere. */
  readonly collector: CollectorTarget | undefined;
  /** Calls back for every signal that is sent to the guard from now on. */
  readonly onSignal: (receive: (signal: RelayedSignal) => void) => void;
  /** Calls back whenever the guard's terminal has got another size. */
  readonly onResize: (receive: () => void) => void;
}

/** How the guard itself is to end: with a status, or by the signal that ended the command. */
export type RunOutcome = { readonly exitCode: number } | { readonly signal: SignalName };

export async function runGuarded(options: RunOptions): Promise<RunOutcome> {
  const { config, ci, redaction, inheritance } = options;
  const warn = (message: string): void => void options.stderr.write(toMessage(message));
  const policy = await readPolicy(config.policy, warn);
  const environment = toEntries(inheritance.environment);
  await addSecretValues(redaction, { policy, environment, secretsFile: config.secretsFile, warn });
  const reportFile = config.report === undefined ? null : openReportFile(config.report, "--report");
  const summaryFile =
    config.summary === undefined ? null : openSummaryFile(config.summary, "--summary");

  await using delivery =
    options.collector &&
    createEventDelivery({
      ...options,
      warn,
      target: options.collector,
      spoolDirectory: await openSpoolDirectory(config.spoolDir),
    });
  const asked = toAskedLockdown(config, policy);
  using lockdown = asked && (await lock(asked, options));
  if (lockdown) assertLockdown(lockdown.state(), config, { policy, warn });
  const parts = {
    choice: config.sensor,
    scope: { type: "command" },
    runId: createRunId(),
    policy,
    requestedMode: toRequestedMode(config, policy),
    enforcement: config.enforcement,
    resolvers: config.resolver,
    builtIn: [],
  } as const;
  await using begun = beginGuard(parts);
  // Loaded while the kernel is busy with what has begun: these are two thirds of all files.
  const { createGuard } = await import("../../guard/create-guard.ts");
  const { runCommand } = await import("./run-command.ts");
  const place = toJobPlace(environment);
  await using guard = await createGuard({
    ...parts,
    begun,
    samplePeriodMs: config.samplePeriodMs,
    version: options.version,
    command: options.command,
    workingDirectory: options.workingDirectory,
    ...place,
    ownPlaces: toOwnPlaces({ config, workspace: place.workspace ?? options.workingDirectory }),
    incidentDirectory: toIncidentDirectory(config),
    lockdown: lockdown && (() => lockdown.state()),
    posture: toPosturePlaces(environment, options.workingDirectory),
    ci,
    redaction,
    sendEvent: delivery?.add,
  });
  assertStrength(guard, config, { policy, warn });
  using _ = lockdown && reviewRegularly(lockdown, (message) => guard.noteTampering(message));

  await using commands =
    options.collector && createRunCommands({ target: options.collector, guard, warn });

  const startedAt = Date.now() * 1000;
  const end = await runCommand(guard, {
    ...options,
    redactsOutput: config.redactOutput,
    gains: lockdown?.gains,
    starting: () => reportFile?.clear(),
    started() {
      delivery?.begin({
        guardRunId: parts.runId,
        version: options.version,
        scope: "command",
        mode: guard.mode,
        ci,
        connect: guard.connectOwn,
        onRun(run, way) {
          takeFingerprintKey(redaction, run);
          commands?.listen(run, way);
        },
      });
    },
  });
  const judged = await judgeLockdown(
    await guard.finish({ startedAt, endedAt: Date.now() * 1000, ...end.exit }),
  );
  const finished = delivery ? { ...judged, collector: await delivery.finish() } : judged;
  warnOfOutput(end, warn);
  const failures = findFailures(finished, toFailOn(config, policy) ?? []);
  const report = { ...finished, run: { ...finished.run, failures } };
  const terminal = config.quiet ? null : options.terminal;
  await publishReport(report, { terminal, reportFile, summaryFile, stderr: options.stderr, warn });
  if (terminal === null) warnOfDelivery(report, warn);
  if (guard.holdsLeftovers()) warn(LEFTOVERS);
  warnOfResponses(await guard.settleResponses(), warn);
  for (const failure of failures) warn(`failed: ${failure} (exit ${EXIT_GUARD})`);
  return toOutcome(end, failures);
}

/** Loaded where it is needed alone. */
async function lock(
  asked: AskedLockdown,
  { command, searchPath }: RunOptions,
): Promise<RunLockdown> {
  const { lockForRun } = await import("./run-lockdown.ts");
  return lockForRun(asked, { command, searchPath });
}

/** With what came of what was taken from the command. */
async function judgeLockdown(report: Report): Promise<Report> {
  if (report.lockdown === undefined) return report;
  const { judgeByReport } = await import("../../lockdown/root-command-lockdown.ts");
  return { ...report, lockdown: judgeByReport(report) };
}

function warnOfResponses({ overLimit, bundles }: Responses, warn: (message: string) => void): void {
  if (overLimit > 0) {
    warn(`${overLimit} more were to be ended, and the limit of kills a minute did not let them be`);
  }
  for (const path of bundles) warn(`what is known of the incident is in ${path}`);
}

/** What became of the output that the guard carried. */
function warnOfOutput(
  { output, interruptedBy }: CommandEnd,
  warn: (message: string) => void,
): void {
  if (interruptedBy !== undefined) warn(NOT_READ);
  if (output?.isLeftOpen === true) warn(LEFT_OPEN);
  for (const error of output?.errors ?? []) {
    warn(`the command's output could not be written: ${toErrorText(error)}`);
  }
}

function toOutcome(
  { exit: { exitCode, signal }, output, interruptedBy }: CommandEnd,
  failures: readonly string[],
): RunOutcome {
  // First of all: a write that nobody takes keeps the guard from ending in another way.
  if (interruptedBy !== undefined) return { signal: interruptedBy };
  if (failures.length > 0) return { exitCode: EXIT_GUARD };
  if (signal !== null) return { signal };
  const isUnwritten = output !== undefined && output.errors.length > 0;
  return { exitCode: exitCode === 0 && isUnwritten ? EXIT_UNWRITTEN : (exitCode ?? 0) };
}
