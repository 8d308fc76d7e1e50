/** `runner-guard run -- COMMAND`: guards one command, and tells afterwards what it did. */
import type { CiContext } from "../../../protocol/index.ts";
import { createGuard, type Guard } from "../../agent.ts";
import type { RunConfig } from "../../config.ts";
import { isInForeground } from "../../job/foreground.ts";
import { type CommandExit, startCommand } from "../../job/guarded-command.ts";
import type { Inheritance } from "../../job/inheritance.ts";
import type { SignalName } from "../../job/signal-name.ts";
import { createSignalRelay, type RelayedSignal, type SignalRelay } from "../../job/signal-relay.ts";
import { createSpawnThread } from "../../job/spawn-thread.ts";
import type { Redaction } from "../../redact/redaction.ts";
import { openReportFile, openSummaryFile } from "../../report/report-file.ts";
import { readPolicy } from "../guarding/read-policy.ts";
import { createRunId } from "../guarding/run-id.ts";
import { addSecretValues, toEntries } from "../guarding/secret-values.ts";
import { toMessage } from "../message.ts";
import { findFailures } from "./failures.ts";
import { publishReport } from "./publish-report.ts";
import { sortInherited } from "./sort-inherited.ts";
import { assertStrength, toFailOn, toRequestedMode } from "./strength.ts";

/** The guard stopped the command, or policy says that what it did is a failure. */
const EXIT_GUARD = 86;
const LEFTOVERS =
  "processes that the command started still run; what blocks them stays until they end";

export interface RunOptions {
  readonly config: RunConfig;
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
  /** Calls back for every signal that is sent to the guard from now on. */
  readonly onSignal: (receive: (signal: RelayedSignal) => void) => void;
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

  await using guard = await createGuard({
    choice: config.sensor,
    samplePeriodMs: config.samplePeriodMs,
    scope: { type: "command" },
    runId: createRunId(),
    policy,
    requestedMode: toRequestedMode(config, policy),
    enforcement: config.enforcement,
    resolvers: config.resolver,
    builtIn: [],
    version: options.version,
    command: options.command,
    workingDirectory: options.workingDirectory,
    ci,
    redaction,
  });
  assertStrength(guard, config, { policy, warn });

  const startedAt = Date.now() * 1000;
  const exit = await runCommand(guard, options, { warn, starting: () => reportFile?.clear() });
  const finished = await guard.finish({ startedAt, endedAt: Date.now() * 1000, ...exit });
  const failures = findFailures(finished, toFailOn(config, policy) ?? []);
  const report = { ...finished, run: { ...finished.run, failures } };
  const terminal = config.quiet ? null : options.terminal;
  await publishReport(report, { terminal, reportFile, summaryFile, stderr: options.stderr, warn });
  if (guard.holdsLeftovers()) warn(LEFTOVERS);
  for (const failure of failures) warn(`failed: ${failure} (exit ${EXIT_GUARD})`);
  return toOutcome(exit, failures);
}

interface CommandHooks {
  readonly warn: (message: string) => void;
  /** The command was found and is about to run: from now on its report is the one to come. */
  readonly starting: () => void;
}

async function runCommand(
  guard: Guard,
  options: RunOptions,
  { warn, starting }: CommandHooks,
): Promise<CommandExit> {
  let relay: SignalRelay | undefined;
  const { inheritance, begun } = sortInherited(guard, options.inheritance, warn);
  const { withheldCapabilities: capabilities } = guard;
  // Not made where it is not needed: it takes some 15 MB.
  await using thread = capabilities.length === 0 ? undefined : await createSpawnThread();
  // Before the command starts: a signal that comes right after must not end the guard alone.
  options.onSignal((signal) => relay?.receive(signal));
  const command = await guard.startWithin((arm) =>
    startCommand(options.command, {
      inheritance,
      searchPath: options.searchPath,
      ...(thread && { withholds: { capabilities, thread } }),
      beforeStart() {
        // Not later: a job can kill the guard within a millisecond.
        starting();
        arm();
      },
    }),
  );
  relay = createSignalRelay({ command, isInForeground, warn });
  guard.follow(command.pid);
  if (begun.length > 0) guard.noteBegun(command.pid, begun);
  const exit = await command.exited;
  // What is sent from now on has nobody to be passed on to.
  relay = undefined;
  return exit;
}

function toOutcome({ exitCode, signal }: CommandExit, failures: readonly string[]): RunOutcome {
  if (failures.length > 0) return { exitCode: EXIT_GUARD };
  return signal === null ? { exitCode: exitCode ?? 0 } : { signal };
}
