/** The command line: its subcommands, their options, and how errors become an exit status. */
import { readFileSync } from "node:fs";

import { Command, CommanderError, Option } from "commander";

import { parseRunConfig, RUN_OPTIONS, toFlag } from "../config.ts";
import { AgentError } from "../errors.ts";
import { readInheritance } from "../job/inheritance.ts";
import type { RelayedSignal } from "../job/signal-relay.ts";
import { toCiContext } from "../process/ci-context.ts";
import { describeMisspeltVariables } from "./misspelt-variables.ts";
import type { RunOutcome } from "./run/run-guarded.ts";

const EXIT = {
  usage: 2,
  "policy-invalid": 2,
  "output-unwritable": 2,
  "command-not-found": 127,
  "command-not-executable": 126,
  "requirement-unmet": 69,
  "sensor-unavailable": 69,
} as const satisfies Record<AgentError["code"], number>;

const DEFAULT_COLUMNS = 100;

interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface ProgramOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly workingDirectory: string;
  readonly onSignal: (receive: (signal: RelayedSignal) => void) => void;
}

export interface Program {
  /** Never throws: what went wrong has been said on stderr. */
  run(args: readonly string[]): Promise<RunOutcome>;
}

export function createProgram(options: ProgramOptions): Program {
  let outcome: RunOutcome = { exitCode: 0 };
  const root = new Command("runner-guard")
    .description("Runtime security for CI runners: what a job started, talked to and wrote.")
    .version(`runner-guard ${readVersion()}`, "-V, --version", "Print the version")
    .helpOption("-h, --help", "Explain the command")
    .configureOutput({
      writeOut: (text) => options.stdout.write(text),
      writeErr: (text) => options.stderr.write(text),
      getOutHelpWidth: () => options.stdout.columns ?? DEFAULT_COLUMNS,
      getErrHelpWidth: () => options.stderr.columns ?? DEFAULT_COLUMNS,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      outputError: (text, write) =>
        write(`runner-guard: ${explainUnknownCommand(text).replace(/^error: /, "")}`),
    })
    .showHelpAfterError("Try `runner-guard help`, or `runner-guard help run`.")
    .enablePositionalOptions()
    .exitOverride();
  const set = (result: RunOutcome): void => {
    outcome = result;
  };
  addRun(root, options, set);
  addDoctor(root, options, set);
  addPolicy(root, options, set);

  return {
    async run(args) {
      try {
        await root.parseAsync([...args], { from: "user" });
        return outcome;
      } catch (error) {
        return { exitCode: toExitCode(error, options.stderr) };
      }
    },
  };
}

function addRun(root: Command, options: ProgramOptions, set: (outcome: RunOutcome) => void): void {
  const run = root
    .command("run")
    .summary("guard one command")
    .description(
      "Runs COMMAND and watches it and all its descendants. Standard input, output and error, signals and the exit " +
        "status are the command's own. The summary goes to standard error when it has ended.",
    )
    .usage("[options] -- COMMAND [ARG...]")
    .argument("[command...]", "the command to guard, with its arguments")
    .passThroughOptions();
  for (const option of describeRunOptions()) run.addOption(option);
  run.addHelpText("after", RUN_HELP);
  run.action(async (command: string[], flags: Record<string, unknown>) => {
    if (command.length === 0) throw new AgentError("usage", NO_COMMAND);
    for (const message of describeMisspeltVariables(options.environment)) {
      options.stderr.write(`runner-guard: warning: ${message}\n`);
    }
    const { runGuarded } = await import("./run/run-guarded.ts");
    set(
      await runGuarded({
        config: parseRunConfig(flags, options.environment),
        command,
        inheritance: readInheritance(options.environment),
        searchPath: options.environment["PATH"],
        version: readVersion(),
        ci: toCiContext(options.environment),
        workingDirectory: options.workingDirectory,
        stderr: options.stderr,
        terminal: describeTerminal(options.stderr, options.environment),
        onSignal: options.onSignal,
      }),
    );
  });
}

/** What someone meant who gave the command to guard where a subcommand belongs. */
function explainUnknownCommand(text: string): string {
  const name = /^error: unknown command '(?<name>[^']*)'/.exec(text)?.groups?.["name"];
  const isMistyped = text.includes("Did you mean");
  return name === undefined || isMistyped
    ? text
    : `${text.trimEnd()}; to guard it: runner-guard run -- ${name}\n`;
}

const NO_COMMAND =
  "there is no command to guard: give one after --, as in `runner-guard run -- npm ci`";

const RUN_HELP = `
Every option can be given as a variable too: --sample-period-ms as RUNNER_GUARD_SAMPLE_PERIOD_MS.

Exit status: the command's own, or
  2    wrong usage, a wrong policy, a report or summary that cannot be written: nothing was started
  69   --require, or a sensor asked for by name, cannot be had: nothing was started
  86   --fail-on came true
  126  the command cannot be executed
  127  the command cannot be found
  70   a bug in the guard

Examples:
  runner-guard run -- npm ci
  runner-guard run --policy policy.yml --report report.json -- make -j4 test
  runner-guard run --fail-on violation,degraded --policy policy.yml -- ./build.sh`;

function describeRunOptions(): Option[] {
  return Object.entries(RUN_OPTIONS).map(([name, { description, placeholder, isList }]) => {
    const flag = toFlag(name);
    const synopsis = placeholder === undefined ? flag : `${flag} ${placeholder}`;
    const option = new Option(synopsis, description);
    return isList ? option.argParser(addToList) : option;
  });
}

function addToList(text: string, before: string | undefined): string {
  return before === undefined ? text : `${before},${text}`;
}

function addDoctor(
  root: Command,
  options: ProgramOptions,
  set: (outcome: RunOutcome) => void,
): void {
  root
    .command("doctor")
    .summary("tell what this machine lets the guard see")
    .description(
      "Tells at what level the guard can work here, what each capability would add, and how to get it.\n" +
        "Loads the kernel sensor for a moment, which is the only proof that it works.",
    )
    .option("--json", "as JSON")
    .action(async ({ json = false }: { json?: boolean }) => {
      const [{ runDoctor }, { probeKernelSensor }] = await Promise.all([
        import("./doctor.ts"),
        import("./probe-kernel-sensor.ts"),
      ]);
      const exitCode = await runDoctor({
        json,
        ...describeTerminal(options.stdout, options.environment),
        stdout: options.stdout,
        searchPath: options.environment["PATH"] ?? "",
        probe: probeKernelSensor,
      });
      set({ exitCode });
    });
}

function addPolicy(
  root: Command,
  options: ProgramOptions,
  set: (outcome: RunOutcome) => void,
): void {
  const policy = root
    .command("policy")
    .summary("work with policy files")
    .description("Work with policy files; docs/policy.md tells how to write one.");
  policy
    .command("check")
    .summary("tell whether a policy file is right")
    .description(
      "Reads FILE as `run --policy` would, and says what is wrong, where, and what to write instead.",
    )
    .argument("<file>", "the policy file, YAML or JSON")
    .action(async (file: string) => {
      const { runPolicyCheck } = await import("./policy-check.ts");
      set({ exitCode: runPolicyCheck(file, options) });
    });
}

function describeTerminal(
  output: Output,
  environment: ProgramOptions["environment"],
): { columns: number; colour: boolean } {
  const isTerminal = output.isTTY === true;
  return {
    /** Looked at when it is needed: a window changes its size while a command runs. */
    get columns() {
      return output.columns ?? (Number(environment["COLUMNS"]) || DEFAULT_COLUMNS);
    },
    // https://no-color.org: any value but the empty one.
    colour: isTerminal && !environment["NO_COLOR"] && environment["TERM"] !== "dumb",
  };
}

function toExitCode(error: unknown, stderr: Output): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.usage;
  if (error instanceof AgentError) {
    stderr.write(`${prefixed(error.message)}\n`);
    return EXIT[error.code];
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  stderr.write(`runner-guard: this is a bug in the guard: ${text}\n`);
  return 70;
}

function prefixed(message: string): string {
  return message
    .split("\n")
    .map((line) => `runner-guard: ${line}`)
    .join("\n");
}

function readVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return /"version": "(?<version>[^"]+)"/.exec(text)?.groups?.["version"] ?? "unknown";
}
