/** `runner-guard run -- COMMAND`: guards one command, and tells afterwards what it did. */
import { readFileSync } from "node:fs";

import type {
  CiContext,
  FailOn,
  Mode,
  Policy,
  Report,
  SensorStatus,
} from "../../protocol/index.ts";
import { createGuard, type Guard } from "../agent.ts";
import type { RunConfig } from "../config.ts";
import { AgentError } from "../errors.ts";
import { isInForeground } from "../job/foreground.ts";
import { type CommandExit, startCommand } from "../job/guarded-command.ts";
import type { Inheritance } from "../job/inheritance.ts";
import type { SignalName } from "../job/signal-name.ts";
import { createSignalRelay, type RelayedSignal, type SignalRelay } from "../job/signal-relay.ts";
import { openReportFile, openSummaryFile, type ReportFile } from "../report/report-file.ts";

/** The guard stopped the command, or policy says that what it did is a failure. */
const EXIT_GUARD = 86;

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
  /** Calls back for every signal that is sent to the guard from now on. */
  readonly onSignal: (receive: (signal: RelayedSignal) => void) => void;
}

/** How the guard itself is to end: with a status, or by the signal that ended the command. */
export type RunOutcome = { readonly exitCode: number } | { readonly signal: SignalName };

export async function runGuarded(options: RunOptions): Promise<RunOutcome> {
  const { config, stderr } = options;
  const policy = await readPolicy(config.policy, (message) => stderr.write(`${message}\n`));
  const failOn = config.failOn ?? policy?.["fail-on"] ?? [];
  if (config.failOn?.includes("finding-high")) {
    stderr.write("runner-guard: --fail-on finding-high: this release has no rules to find it\n");
  }
  const mode = decideMode(config, policy, failOn);
  const reportFile = config.report === undefined ? null : openReportFile(config.report, "--report");
  const summaryFile =
    config.summary === undefined ? null : openSummaryFile(config.summary, "--summary");

  await using guard = createGuard({
    choice: config.sensor,
    samplePeriodMs: config.samplePeriodMs,
    scope: { type: "command" },
    policy,
    mode,
    runId: createRunId(),
    version: options.version,
    command: options.command,
    workingDirectory: options.workingDirectory,
    ci: options.ci,
  });
  assertSensors(guard.statuses(), config, failOn);

  const startedAt = Date.now() * 1000;
  const exit = await runCommand(guard, options);
  const report = await guard.finish({
    startedAt,
    endedAt: Date.now() * 1000,
    exitCode: exit.exitCode,
    signal: exit.signal,
  });
  const failures = findFailures(report, failOn);
  await publish(report, { options, reportFile, summaryFile, failures });
  return toOutcome(exit, failures);
}

/** From the kernel (random(4)): loading OpenSSL for it would take 6 MB. */
function createRunId(): string {
  return readFileSync("/proc/sys/kernel/random/uuid", "latin1").trim();
}

/** Without a file there is no policy: everything is allowed. Loaded only where needed, for it takes time. */
async function readPolicy(
  path: string | undefined,
  warn: (message: string) => void,
): Promise<Policy | null> {
  if (path === undefined) return null;
  const { loadPolicy } = await import("../policy/load-policy.ts");
  const { policy, warnings } = loadPolicy(path);
  for (const { message } of warnings) warn(`runner-guard: ${message}`);
  return policy;
}

const CANNOT_BLOCK = "this release judges connections and cannot block them";

/** Blocking is not built yet, so asking for it leads to auditing only where policy tolerates less than was asked for. */
function decideMode(config: RunConfig, policy: Policy | null, failOn: readonly FailOn[]): Mode {
  const requested = config.mode ?? policy?.egress?.mode ?? "audit";
  if (config.require.includes("enforcement")) {
    throw new AgentError("requirement-unmet", `--require enforcement: ${CANNOT_BLOCK}`);
  }
  if (requested === "audit") return { requested, effective: "audit", reasons: [] };
  if (failOn.includes("degraded")) {
    throw new AgentError(
      "requirement-unmet",
      `mode block with fail-on degraded: ${CANNOT_BLOCK}; ask for --mode audit, or leave out degraded`,
    );
  }
  return { requested, effective: "audit", reasons: [CANNOT_BLOCK] };
}

function assertSensors(
  statuses: readonly SensorStatus[],
  config: RunConfig,
  failOn: readonly FailOn[],
): void {
  const kernel = statuses.find(({ name }) => name === "kernel");
  if (config.require.includes("kernel") && kernel?.status !== "active") {
    throw new AgentError(
      "requirement-unmet",
      `--require kernel: the kernel sensor is ${describe(kernel)}; runner-guard doctor tells how to mend that`,
    );
  }
  const weak = statuses.find(({ status }) => status !== "active");
  if (weak && failOn.includes("degraded")) {
    throw new AgentError(
      "requirement-unmet",
      `fail-on degraded: the ${weak.name} sensor is ${describe(weak)}`,
    );
  }
}

function describe(status: SensorStatus | undefined): string {
  if (status === undefined) return "switched off (--sensor proc)";
  return status.reason === undefined ? status.status : `${status.status} (${status.reason})`;
}

async function runCommand(guard: Guard, options: RunOptions): Promise<CommandExit> {
  let relay: SignalRelay | undefined;
  // Before the command starts: a signal that comes right after must not end the guard alone.
  options.onSignal((signal) => relay?.receive(signal));
  const command = await startCommand(options.command, {
    inheritance: options.inheritance,
    searchPath: options.searchPath,
    beforeStart: () => guard.arm(),
  });
  relay = createSignalRelay({
    command,
    isInForeground,
    warn: (message) => options.stderr.write(`runner-guard: ${message}\n`),
  });
  guard.follow(command.pid);
  return command.exited;
}

/** Sentences on why the run counts as failed although the command may have succeeded. */
function findFailures(report: Report, failOn: readonly FailOn[]): string[] {
  const failures: string[] = [];
  const violations = report.connections.filter(({ verdict }) => verdict !== "allowed");
  if (failOn.includes("violation") && violations.length > 0) {
    failures.push(`policy does not allow ${violations.length} of the connections`);
  }
  const weak = report.sensors.find(
    ({ status, eventsDropped }) => status !== "active" || eventsDropped > 0,
  );
  if (failOn.includes("degraded") && weak) failures.push(`the ${weak.name} sensor was degraded`);
  return failures;
}

interface Publication {
  readonly options: RunOptions;
  readonly reportFile: ReportFile | null;
  readonly summaryFile: ReportFile | null;
  readonly failures: readonly string[];
}

/** One output that cannot be written does not keep the others from it, nor changes how the command ended. */
async function publish(report: Report, publication: Publication): Promise<void> {
  const { options, reportFile, summaryFile, failures } = publication;
  const { config, stderr, terminal } = options;
  const attempt = async (what: string, action: () => Promise<void>): Promise<void> => {
    try {
      await action();
    } catch (error) {
      stderr.write(`runner-guard: the ${what} could not be written: ${String(error)}\n`);
    }
  };
  if (!config.quiet) {
    await attempt("summary", async () => {
      const { renderTerminalSummary } = await import("../report/render-terminal.ts");
      stderr.write(`\n${renderTerminalSummary(report, terminal)}`);
    });
  }
  if (reportFile) {
    await attempt("report", async () => {
      const { renderJson } = await import("../report/render-json.ts");
      reportFile.write(renderJson(report));
    });
  }
  if (summaryFile) {
    await attempt("summary file", async () => {
      const { renderMarkdownSummary } = await import("../report/render-markdown.ts");
      summaryFile.write([renderMarkdownSummary(report)]);
    });
  }
  for (const failure of failures) {
    stderr.write(`runner-guard: failed: ${failure} (exit ${EXIT_GUARD})\n`);
  }
}

function toOutcome({ exitCode, signal }: CommandExit, failures: readonly string[]): RunOutcome {
  if (failures.length > 0) return { exitCode: EXIT_GUARD };
  return signal === null ? { exitCode: exitCode ?? 0 } : { signal };
}
