/** The `runner-guard-collector` command. The one file of the collector that touches the environment, signals and the exit status. */
import { createReadStream } from "node:fs";

import { Command, Option } from "commander";

import { backUp } from "./back-up.ts";
import { startCollector } from "./collector.ts";
import {
  readKeepConfig,
  readLogLevel,
  readServeConfig,
  SERVE_FLAGS,
  SERVE_SECRETS,
  type ServeConfig,
  type ServeFlags,
} from "./config.ts";
import { CollectorError } from "./errors.ts";
import { exportRuns } from "./export-runs.ts";
import { EXPORT_FORMATS, type ExportFormat } from "./export/write-export.ts";
import { addToken, listTokens, revokeToken, ROLES } from "./identity/token-file.ts";
import type { Role } from "./identity/tokens.ts";
import { importRuns } from "./import-runs.ts";
import { type LogLevel, openLog } from "./log.ts";
import { prune } from "./prune.ts";
import { describeRemoved } from "./retention/describe-removed.ts";
import { rotateKey } from "./rotate-key.ts";
import { createSaySeldom } from "./say-seldom.ts";
import { verifyRun } from "./verify-run.ts";

/** Of the longest, "responder". */
const ROLE_WIDTH = 9;
const EXIT_NOT_WHOLE = 1;
/** Of faults that a disk makes of every batch. */
const FAULTS_EACH_MS = 10_000;
const MAX_FAULTS = 100;
const EXIT_USAGE = 2;
const EXIT_DEFECT = 70;
const EXIT_STATUSES: Readonly<Record<CollectorError["code"], number>> = {
  usage: EXIT_USAGE,
  "data-directory": 69,
  "newer-schema": 69,
  listen: 69,
  import: 65,
  storage: 74,
};

const VERIFY_USAGE =
  "Write the run's id: runner-guard-collector verify RUN --data-dir DIR. GET /v1/runs lists the runs, each with its id.";
/** Of "RUNNER_GUARD_RESPONDER_TOKEN", and two more. */
const VARIABLE_WIDTH = 30;

const root = new Command("runner-guard-collector")
  .description(
    "Takes the events of Runner Guard's agents, keeps them, and answers what is asked of them.",
  )
  .helpOption("-h, --help", "Explain the command")
  .showHelpAfterError("Try `runner-guard-collector help serve`.")
  .exitOverride();
const serve = root
  .command("serve")
  .description("Take events until SIGTERM")
  .option("--check", "Say what is wrong with the options, and start nothing")
  .addHelpText("after", toSecretsHelp())
  .action((flags: ServeFlags & { readonly check?: true }) => runServe(flags));
for (const { flag, variable, description, default: fallback } of Object.values(SERVE_FLAGS)) {
  serve.option(flag, `${description} Default: ${fallback || "none"}. Also ${variable}.`);
}

addDataDir(root.command("verify <run>"))
  .description(
    "Check that what is stored of a run is what its guard signed; exit 1 where it is not",
  )
  .showHelpAfterError(VERIFY_USAGE)
  .action((run: string, flags: ServeFlags) => runVerify(run, flags));
addDataDir(root.command("backup <directory>"))
  .description(
    "Copy the data into a new directory, also while it is in use; `serve --data-dir` takes it as it is",
  )
  .action((target: string, flags: ServeFlags) => {
    const { dataDir } = readServeConfig(flags, process.env);
    const { bytes } = backUp(dataDir, target);
    process.stdout.write(
      `${target}: a copy of ${dataDir}, its key with it, ${bytes} bytes; serve --data-dir takes it as it is\n`,
    );
  });

addDataDir(root.command("export [run...]"))
  .description("Write runs as lines of JSON, also while the data is in use")
  .option("--since <time>", "Those that started since, such as 2026-01-31 or 2026-01-31T12:00:00Z")
  .addOption(
    new Option(
      "--format <format>",
      "ndjson can be imported again; ecs 8.17 and ocsf 1.3 are for others",
    )
      .choices(EXPORT_FORMATS)
      .default("ndjson"),
  )
  .option(
    "--output <file>",
    "A new file, which is there when it is whole. Default: standard output.",
  )
  .action((runs: readonly string[], flags: ExportFlags) => runExport(runs, flags));
addDataDir(root.command("import <file>"))
  .description(
    "Take the runs of an export in NDJSON, - for standard input, while no collector runs",
  )
  .action((file: string, flags: ServeFlags) => runImport(file, flags));
addKeep(addDataDir(root.command("prune")))
  .description(
    "Remove what is too old, or only count it, which works beside a running collector as well",
  )
  .option("--dry-run", "Say what would be removed, and remove nothing")
  .action((flags: ServeFlags & { readonly dryRun?: true }) => runPrune(flags));

const tokens = root
  .command("token")
  .description("Tokens for agents and operators of a tenant, also while a collector runs");
addDataDir(tokens.command("add"))
  .description("Make one, and print it this once")
  .requiredOption("--tenant <tenant>", "Whose runs it is for; default is that of the variables")
  .addOption(
    new Option("--role <role>", "agent starts runs; the others look at them, each with more rights")
      .choices(ROLES)
      .makeOptionMandatory(),
  )
  .action(({ tenant, role, ...flags }: ServeFlags & { tenant: string; role: Role }) => {
    const { dataDir } = readServeConfig(flags, process.env);
    process.stdout.write(`${addToken(dataDir, { tenant, role })}\n`);
  });
addDataDir(tokens.command("list"))
  .description("Say which there are, by their ids; the tokens themselves are not kept")
  .action((flags: ServeFlags) => {
    for (const { id, role, tenant, createdAt } of listTokens(
      readServeConfig(flags, process.env).dataDir,
    )) {
      process.stdout.write(`${id}  ${role.padEnd(ROLE_WIDTH)}  ${createdAt}  ${tenant}\n`);
    }
  });
addDataDir(tokens.command("revoke <id>"))
  .description("Take one back: it is good for nothing a second later")
  .action((id: string, flags: ServeFlags) => {
    revokeToken(readServeConfig(flags, process.env).dataDir, id);
  });
addDataDir(root.command("rotate-key"))
  .description(
    "Make a new key for runs that begin from now on, while no collector runs; what older ones signed is verified by theirs",
  )
  .action((flags: ServeFlags) => {
    const count = rotateKey(readServeConfig(flags, process.env).dataDir);
    process.stdout.write(`key ${count} is for runs that begin from now on; copy master.key\n`);
  });

try {
  await root.parseAsync(process.argv.slice(2), { from: "user" });
} catch (error) {
  process.exitCode = toExitStatus(error);
}

async function runServe({
  check,
  ...flags
}: ServeFlags & { readonly check?: true }): Promise<void> {
  const config = readServeConfig(flags, process.env);
  const level = readLogLevel(flags, process.env);
  if (check === true) {
    warnOfNoAgents(config);
    process.stdout.write("ok\n");
    return;
  }
  await runCollector(config, level);
  say("ended: all that was acknowledged is in the database");
}

async function runCollector(config: ServeConfig, level: LogLevel): Promise<void> {
  using log = openLog({ level, isTerminal: process.stderr.isTTY });
  const saySeldom = createSaySeldom({
    say: (text) => log.write("error", text),
    everyMs: FAULTS_EACH_MS,
    maxTexts: MAX_FAULTS,
    uptime: readUptime,
  });
  // A signal that comes while it starts ends it, too, and cleanly.
  const ended = waitForEnd();
  await using collector = await startCollector({
    ...config,
    log,
    onDefect: logDefect,
    onRecovery: (bytes) =>
      say(`the one before did not end by itself: ${bytes} bytes of its log were recovered`),
    onStorageFault: (fault) => saySeldom(`could not store: ${fault}`),
    onIssuerTrouble: (issuer, error) =>
      saySeldom(`${issuer} cannot be asked: ${error instanceof Error ? error.message : ""}`),
    onRemoved: (removed) =>
      log.write("info", `removed what was too old: ${describeRemoved(removed)}`),
    onRetentionFault: (error) =>
      saySeldom(
        `not all that is too old could be removed: ${error instanceof Error ? error.message : ""}`,
      ),
    onNewAdminToken: (token) => say(`admin token, told this once: ${token}`),
  });
  warnOfNoAgents(config);
  say(`ready: ${collector.url}, data in ${config.dataDir}`);
  const failure = await Promise.race([ended, collector.failure]);
  if (failure !== undefined) throw failure;
  say("ending: takes nothing new, and has what was asked answered and stored, for a few seconds");
}

function warnOfNoAgents({ dataDir, agentToken, identity }: ServeConfig): void {
  const { github = [], kubernetes = [] } = identity ?? {};
  if (agentToken !== undefined || github.length + kubernetes.length > 0) return;
  if (listTokens(dataDir).some(({ role }) => role === "agent")) return;
  say(`no agent can start a run: ${SERVE_SECRETS.agentToken.variable} is not set`);
}

function addDataDir(command: Command): Command {
  const { flag, description, default: fallback, variable } = SERVE_FLAGS.dataDir;
  return command.option(flag, `${description} Default: ${fallback}. Also ${variable}.`);
}

function addKeep(command: Command): Command {
  const { flag, description, default: fallback, variable } = SERVE_FLAGS.keep;
  return command.option(flag, `${description} Default: ${fallback}. Also ${variable}.`);
}

async function runPrune({
  dryRun: isDry = false,
  ...flags
}: ServeFlags & { readonly dryRun?: boolean }): Promise<void> {
  const { dataDir } = readServeConfig(flags, process.env);
  const { retention: rules } = readKeepConfig(flags, process.env);
  const controller = new AbortController();
  void waitForEnd().then(() => controller.abort());
  const removed = await prune({ dataDir, rules, isDry, signal: controller.signal });
  process.stdout.write(`${isDry ? "would be removed" : "removed"}: ${describeRemoved(removed)}\n`);
}

interface ExportFlags extends ServeFlags {
  readonly since?: string;
  readonly format: ExportFormat;
  readonly output?: string;
}

async function runExport(runIds: readonly string[], flags: ExportFlags): Promise<void> {
  const { since, format, output } = flags;
  const { dataDir } = readServeConfig(flags, process.env);
  const from = since === undefined ? Number.NaN : Date.parse(since);
  if (runIds.length > 0 ? since !== undefined : Number.isNaN(from)) {
    throw new CollectorError(
      "usage",
      "export: name runs, or say with --since from when on, such as 2026-01-31T12:00:00Z",
    );
  }
  const { runs, events } = await exportRuns({
    dataDir,
    format,
    runIds,
    since: from,
    output,
    stream: process.stdout,
  });
  say(`exported ${events} events of ${runs} runs`);
}

async function runImport(file: string, flags: ServeFlags): Promise<void> {
  const { dataDir } = readServeConfig(flags, process.env);
  const chunks = file === "-" ? process.stdin : createReadStream(file);
  const { runs, events, known } = await importRuns(dataDir, chunks).catch((error: unknown) => {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw isMissing ? new CollectorError("usage", `${file}: there is no such file`) : error;
  });
  say(`imported ${events} events of ${runs} runs; ${known} runs were here already`);
}

function runVerify(run: string, flags: ServeFlags): void {
  const { dataDir } = readServeConfig(flags, process.env);
  const { batches, events, fault, openState, removedEvents } = verifyRun(dataDir, run);
  const whole =
    openState === undefined
      ? "whole"
      : `whole so far; it is ${openState}, and no goodbye says that nothing followed`;
  const removed =
    removedEvents === 0
      ? ""
      : `; the ${removedEvents} events before were removed since they were too old`;
  process.stdout.write(
    `${run}: ${events} events in ${batches} batches: ${fault ?? whole}${removed}\n`,
  );
  if (fault !== undefined) process.exitCode = EXIT_NOT_WHOLE;
}

function waitForEnd(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.once("SIGTERM", () => resolve());
  process.once("SIGINT", () => resolve());
  return promise;
}

function readUptime(): number {
  return performance.now();
}

function logDefect(error: unknown): void {
  say(`this is a bug in the collector: ${error instanceof Error ? error.stack : String(error)}`);
}

function toExitStatus(error: unknown): number {
  // commander has said it itself; help is no error.
  if (error instanceof Error && "exitCode" in error) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (!(error instanceof CollectorError)) {
    logDefect(error);
    return EXIT_DEFECT;
  }
  say(error.message);
  return EXIT_STATUSES[error.code];
}

function say(text: string): void {
  process.stderr.write(`runner-guard-collector: ${text}\n`);
}

function toSecretsHelp(): string {
  const lines = Object.values(SERVE_SECRETS).map(
    ({ variable, description }) => `  ${variable.padEnd(VARIABLE_WIDTH)}${description}`,
  );
  return `\nVariables alone, since a command line can be read by everybody:\n${lines.join("\n")}\n`;
}
