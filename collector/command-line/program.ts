/** The command line as a whole; each subcommand has a file of its own. */
import { readFileSync } from "node:fs";

import { Command } from "commander";

import { addHelp } from "../../command-line/add-help.ts";
import { hintAtHelp } from "../../command-line/hint-at-help.ts";
import { toSentence } from "../../command-line/to-sentence.ts";
import { CollectorError, describeDefect } from "../errors.ts";
import { addAlertCommand } from "./alert-command.ts";
import { addBackupCommand } from "./backup-command.ts";
import { addBaselineCommand } from "./baseline-command.ts";
import type { CommandContext } from "./command-context.ts";
import { addCommandHelp } from "./command-help.ts";
import { addExportCommand } from "./export-command.ts";
import { addImportCommand } from "./import-command.ts";
import { addPruneCommand } from "./prune-command.ts";
import { addRotateKeyCommand } from "./rotate-key-command.ts";
import { addServeCommand } from "./serve-command.ts";
import { addTokenCommand } from "./token-command.ts";
import { addVerifyCommand } from "./verify-command.ts";

export interface CollectorProgram {
  /** Never throws: what went wrong has been said, and is the exit status. */
  run(args: readonly string[]): Promise<void>;
  /** Standard output took something no more. */
  failOutput(error: Error): void;
}

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
  runner-guard-collector serve --data-dir /var/lib/runner-guard-collector
  runner-guard-collector token add --tenant default --role agent --data-dir /var/lib/runner-guard-collector
  runner-guard-collector export --since 2026-01-31 --data-dir /var/lib/runner-guard-collector`;

export function createProgram(context: CommandContext): CollectorProgram {
  const { say, setExitStatus } = context;
  const root = createRoot(context);
  let outputFault: Error | undefined;
  const failOutput = (error: Error): void => {
    if (outputFault === undefined) say(`what it has to say cannot be written: ${error.message}`);
    outputFault ??= error;
    setExitStatus(EXIT_OUTPUT);
  };
  const fail = (error: unknown): void => {
    if (isOutputFault(error)) return failOutput(error);
    setExitStatus(toExitStatus(error, say));
  };
  return {
    failOutput,
    run: async (args) => void (await root.parseAsync([...args], { from: "user" }).catch(fail)),
  };
}

function createRoot(context: CommandContext): Command {
  const root = new Command("runner-guard-collector")
    .description(
      "Takes the events of Runner Guard's agents, keeps them, and answers what is asked of them.",
    )
    .version(`runner-guard-collector ${readVersion()}`, "-V, --version", "Print the version")
    .helpOption("-h, --help", "Explain the command")
    .addHelpText("after", HELP)
    .configureOutput({
      writeErr: (text) => context.writeLine(text),
      outputError: (text) => context.say(toSentence(text)),
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
  addHelp(root);
  for (const command of root.commands) {
    if (command.name() !== "verify") hintAtHelp(command, `${root.name()} ${command.name()}`);
  }
  addCommandHelp(root);
  return root;
}

/** As package.json has it. */
function readVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return /"version": "(?<version>[^"]+)"/.exec(text)?.groups?.["version"] ?? "unknown";
}

function toExitStatus(error: unknown, say: CommandContext["say"]): number {
  // commander has said it itself; help is no error.
  if (error instanceof Error && "exitCode" in error) return error.exitCode === 0 ? 0 : EXIT_USAGE;
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
