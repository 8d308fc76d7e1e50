/** `serve`: the collector, until it is told to end. */
import { existsSync } from "node:fs";

import type { Command } from "commander";

import { isLoopback } from "../alerting/sinks/is-loopback.ts";
import { startCollector } from "../collector.ts";
import {
  readLogLevel,
  readServeConfig,
  SERVE_FLAGS,
  SERVE_SECRETS,
  type ServeConfig,
  type ServeFlags,
} from "../config.ts";
import { checkDataDirectory, describeOpenDirectory } from "../data-directory.ts";
import { describeDefect } from "../errors.ts";
import { findAdminToken, hasKeys, readKeys } from "../identity/key-file.ts";
import { listTokens } from "../identity/token-file.ts";
import { createLog, type LogLevel } from "../log.ts";
import { createOptionFaults } from "../option-faults.ts";
import { describeRemoved } from "../retention/describe-removed.ts";
import { createSaySeldom } from "../say-seldom.ts";
import { checkAlerts } from "../start-alerts.ts";
import { hasDatabase } from "../storage/sqlite/open-database.ts";
import type { CommandContext } from "./command-context.ts";
import { addFlag } from "./flag-options.ts";
import { warnOfOptionFiles } from "./warn-of-option-files.ts";

/** Of faults that a disk makes of every batch. */
const FAULTS_EACH_MS = 10_000;
const MAX_FAULTS = 100;
/** Of "RUNNER_GUARD_RESPONDER_TOKEN", and two more. */
const VARIABLE_WIDTH = 30;

interface Flags extends ServeFlags {
  readonly check?: true;
}

export function addServeCommand(root: Command, context: CommandContext): void {
  const serve = root
    .command("serve")
    .description("Take events, and show them on a dashboard, until SIGTERM")
    .option(
      "--check",
      "Say what is wrong with the options and the files of keys, and start nothing",
    )
    .addHelpText("after", toSecretsHelp())
    .action((flags: Flags) => runServe(flags, context));
  for (const flag of Object.values(SERVE_FLAGS)) addFlag(serve, flag);
}

async function runServe({ check, ...flags }: Flags, context: CommandContext): Promise<void> {
  const { environment, stdout, say } = context;
  const faults = createOptionFaults();
  const config = faults.read(() => readServeConfig(flags, environment));
  const level = faults.read(() => readLogLevel(flags, environment));
  faults.throwAll();
  if (check === true) {
    const warn = toWarn(context);
    await checkPlaces(config(), warn);
    warnOfOptionFiles(config(), warn);
    warnOfPlainListen(config(), warn);
    warnOfNoAgents(config(), warn);
    stdout.write("ok\n");
    return;
  }
  await runCollector(config(), level(), context);
  say("ended: all that was acknowledged is in the database");
}

async function runCollector(
  config: ServeConfig,
  level: LogLevel,
  context: CommandContext,
): Promise<void> {
  const { isTerminal, stdout, say, writeLine, waitForEnd } = context;
  const log = createLog({ level, isTerminal, writeLine });
  const saySeldom = createSaySeldom({
    say: (text) => log.write("error", text),
    everyMs: FAULTS_EACH_MS,
    maxTexts: MAX_FAULTS,
    uptime: () => performance.now(),
  });
  // A signal that comes while it starts ends it, too, and cleanly.
  const ended = waitForEnd();
  await using collector = await startCollector({
    ...config,
    log,
    writeLine: (line) => void stdout.write(line),
    onDefect: (error) => say(describeDefect(error)),
    onRecovery: (bytes) =>
      say(`the one before did not end by itself: ${bytes} bytes of its log were recovered`),
    onClosed: (names) =>
      say(`other users could read or write ${names.join(", ")}: they cannot any more`),
    onStorageFault: (fault) => saySeldom(`could not store: ${fault}`),
    onIssuerTrouble: (issuer, error) => saySeldom(`${issuer} cannot be asked: ${toReason(error)}`),
    onRemoved: (removed) =>
      log.write("info", `removed what was too old: ${describeRemoved(removed)}`),
    onRetentionFault: (error) =>
      saySeldom(`not all that is too old could be removed: ${toReason(error)}`),
    onNewAdminToken: (token) => say(`admin token, told this once: ${token}`),
  });
  const warn = toWarn(context);
  warnOfPlainListen(config, warn);
  warnOfNoAgents(config, warn);
  warnOfOpenDirectory(config.dataDir, warn);
  say(`ready: ${collector.url}, data in ${config.dataDir}`);
  const failure = await Promise.race([ended, collector.failure]);
  if (failure !== undefined) throw failure;
  say("ending: takes nothing new, and has what was asked answered and stored, for a few seconds");
}

/** What the options lead to: the directory, and the files that sinks name. Throws all that is wrong with them. */
async function checkPlaces(config: ServeConfig, warn: Warn): Promise<void> {
  const faults = createOptionFaults();
  faults.read(() => {
    checkDataDirectory(config.dataDir);
    if (existsSync(config.dataDir)) checkKeptData(config, warn);
  });
  await checkAlerts(config).catch((error: unknown) => faults.note(error));
  faults.throwAll();
}

/** Whether the collector's own files are what it wrote there; the events are looked at where it starts. Throws `data-directory`. */
function checkKeptData({ dataDir, adminToken }: ServeConfig, warn: Warn): void {
  warnOfOpenDirectory(dataDir, warn);
  if (adminToken === undefined) findAdminToken(dataDir);
  if (hasDatabase(dataDir) || hasKeys(dataDir)) readKeys(dataDir);
}

type Warn = (text: string) => void;

/** Before `ok` and `ready` it is to be told from what is good. */
function toWarn({ say }: Pick<CommandContext, "say">): Warn {
  return (text) => say(`warning: ${text}`);
}

function warnOfOpenDirectory(dataDir: string, warn: Warn): void {
  const open = describeOpenDirectory(dataDir);
  if (open !== undefined) warn(open);
}

/** A container listens so, and a proxy of another machine needs it: whether one stands before it cannot be seen here. */
function warnOfPlainListen({ listen: { host } }: ServeConfig, warn: Warn): void {
  if (isLoopback(host)) return;
  warn(
    `--listen: other machines may reach ${host}, and nothing that is sent there is encrypted, tokens neither: let none but a proxy with TLS reach it (docs/collector.md#behind-a-proxy)`,
  );
}

function warnOfNoAgents({ dataDir, agentToken, identity }: ServeConfig, warn: Warn): void {
  const { github = [], kubernetes = [] } = identity ?? {};
  if (agentToken !== undefined || github.length + kubernetes.length > 0) return;
  if (listTokens(dataDir).some(({ role }) => role === "agent")) return;
  warn(
    `no agent can start a run: ${SERVE_SECRETS.agentToken.variable} is not set; or make a token with \`token add --tenant default --role agent --data-dir ${dataDir}\``,
  );
}

function toReason(error: unknown): string {
  return error instanceof Error ? error.message : "";
}

function toSecretsHelp(): string {
  const lines = Object.values(SERVE_SECRETS).map(
    ({ variable, description }) => `  ${variable.padEnd(VARIABLE_WIDTH)}${description}`,
  );
  return `\nVariables alone, since a command line can be read by everybody:\n${lines.join("\n")}\n`;
}
