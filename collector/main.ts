/** The `runner-guard-collector` command. The one file of the collector that touches the environment, signals and the exit status. */
import { readFileSync } from "node:fs";

import { Command } from "commander";

import { addAlertCommand } from "./command-line/alert-command.ts";
import { addBackupCommand } from "./command-line/backup-command.ts";
import { addBaselineCommand } from "./command-line/baseline-command.ts";
import type { CommandContext } from "./command-line/command-context.ts";
import { addExportCommand } from "./command-line/export-command.ts";
import { addImportCommand } from "./command-line/import-command.ts";
import { addPruneCommand } from "./command-line/prune-command.ts";
import { addRotateKeyCommand } from "./command-line/rotate-key-command.ts";
import { addServeCommand } from "./command-line/serve-command.ts";
import { addTokenCommand } from "./command-line/token-command.ts";
import { addVerifyCommand } from "./command-line/verify-command.ts";
import { createErrorOutput, openStandardError } from "./error-output.ts";
import { CollectorError, describeDefect } from "./errors.ts";

/** What is kept and what is exported is for whoever runs this alone. */
const PRIVATE = 0o077;
const EXIT_USAGE = 2;
const EXIT_DEFECT = 70;
const EXIT_OUTPUT = 74;
const EXIT_STATUSES: Readonly<Record<CollectorError["code"], number>> = {
  usage: EXIT_USAGE,
  "data-directory": 69,
  "newer-schema": 69,
  listen: 69,
  import: 65,
  storage: 74,
};
/** What a reader of standard error has not taken: some thousand lines. Who stops for a moment misses none of them. */
const MAX_WAITING_BYTES = 1_048_576;
/** At the end. Whoever started the collector waits for 10 seconds at least before he kills it: so long does Docker. */
const LAST_LINES = { idleMs: 1_000, wholeMs: 5_000 };

const HELP = `
Exit status:
  0    done; of serve: ended by SIGTERM or SIGINT
  1    verify: the run is not whole; export: not all could be read; alert test: it was not taken
  2    wrong usage
  65   import: a line of the file is wrong
  69   it cannot start, or not work on the data
  70   a bug
  74   something cannot be stored or written

Examples:
  runner-guard-collector serve --data-dir /var/lib/runner-guard
  runner-guard-collector token add --tenant default --role agent --data-dir /var/lib/runner-guard
  runner-guard-collector export --since 2026-01-31 --data-dir /var/lib/runner-guard`;

const { isTTY: isTerminal } = process.stderr;
const errorOutput = createErrorOutput({
  descriptor: openStandardError({ isTTY: isTerminal }),
  maxWaitingBytes: MAX_WAITING_BYTES,
  ...LAST_LINES,
});
process.on("exit", () => errorOutput.finish());

const context: CommandContext = {
  environment: process.env,
  stdin: process.stdin,
  stdout: process.stdout,
  isTerminal,
  say,
  writeLine: (line) => errorOutput.write(line),
  waitForEnd,
  setExitStatus: (status) => {
    process.exitCode = status;
  },
};
const root = new Command("runner-guard-collector")
  .description(
    "Takes the events of Runner Guard's agents, keeps them, and answers what is asked of them.",
  )
  .version(`runner-guard-collector ${readVersion()}`, "-V, --version", "Print the version")
  .helpOption("-h, --help", "Explain the command")
  .addHelpText("after", HELP)
  .configureOutput({
    writeErr: (text) => errorOutput.write(text),
    outputError: (text) => say(toSentence(text)),
  })
  .showHelpAfterError("Try `runner-guard-collector help`.")
  .exitOverride();
for (const add of [
  addServeCommand,
  addVerifyCommand,
  addBackupCommand,
  addExportCommand,
  addImportCommand,
  addPruneCommand,
  addTokenCommand,
  addRotateKeyCommand,
  addBaselineCommand,
  addAlertCommand,
]) {
  add(root, context);
}
for (const command of root.commands) {
  if (command.name() !== "verify") hintAtHelp(command, `${root.name()} ${command.name()}`);
}

let outputFault: unknown;
process.stdout.on("error", (error) => {
  process.exitCode = tellOutputFault(error);
});

process.umask(PRIVATE);
try {
  await root.parseAsync(process.argv.slice(2), { from: "user" });
} catch (error) {
  process.exitCode = toExitStatus(error);
}

/** As package.json has it. */
function readVersion(): string {
  const text = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return /"version": "(?<version>[^"]+)"/.exec(text)?.groups?.["version"] ?? "unknown";
}

function hintAtHelp(command: Command, path: string): void {
  command.showHelpAfterError(`Try \`${path} --help\`.`);
  for (const sub of command.commands) hintAtHelp(sub, `${path} ${sub.name()}`);
}

/** Commander's words in one line. */
function toSentence(text: string): string {
  return text
    .replace(/^error: /, "")
    .replace(/\n\(Did you mean (?<meant>[^\n]+)\?\)\n*$/, ", did you mean $<meant>?")
    .trimEnd();
}

function waitForEnd(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.once("SIGTERM", () => resolve());
  process.once("SIGINT", () => resolve());
  return promise;
}

function toExitStatus(error: unknown): number {
  // commander has said it itself; help is no error.
  if (error instanceof Error && "exitCode" in error) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  if (isOutputFault(error)) return tellOutputFault(error);
  if (!(error instanceof CollectorError)) {
    say(describeDefect(error));
    return EXIT_DEFECT;
  }
  say(error.message);
  return EXIT_STATUSES[error.code];
}

/** Of standard output: whoever read it has gone, or its disk is full. */
function isOutputFault(error: unknown): error is Error {
  return (
    error instanceof Error &&
    (("syscall" in error && error.syscall === "write") ||
      ("code" in error && error.code === "ERR_STREAM_DESTROYED"))
  );
}

function tellOutputFault(error: Error): number {
  if (outputFault === undefined) say(`what it has to say cannot be written: ${error.message}`);
  outputFault ??= error;
  return EXIT_OUTPUT;
}

function say(text: string): void {
  errorOutput.write(`runner-guard-collector: ${text}\n`);
}
