import type { Command } from "commander";

import { COMMAND_OPTIONS, parseCommandConfig, RUN_OPTIONS } from "../config.ts";
import { AgentError } from "../errors.ts";
import { readInheritance } from "../job/inheritance.ts";
import { toCiContext } from "../process/ci-context.ts";
import { toDescribedOptions } from "./described-options.ts";
import { withoutCollectorToken } from "./guarding/collector-token.ts";
import { withoutFingerprintKey } from "./guarding/fingerprint-key.ts";
import { takeCollectorTarget } from "./guarding/take-collector-target.ts";
import { toMessage } from "./message.ts";
import { describeMisspeltVariables } from "./misspelt-variables.ts";
import type { ProgramOptions, SetOutcome } from "./program-options.ts";
import { describeTerminal } from "./terminal.ts";
import { readVersion } from "./version.ts";

const NO_COMMAND =
  "there is no command to guard: give one after --, as in `runner-guard run -- npm ci`";

const RUN_HELP = `
Every option can be given as a variable too: --sample-period-ms as RUNNER_GUARD_SAMPLE_PERIOD_MS.

Exit status: the command's own, or
  2    wrong usage, a wrong policy, a report or summary that cannot be written: nothing was started
  69   what was asked for cannot be had, and nothing was started: block mode, --require, --disable-sudo,
       --disable-containers, a sensor or an --enforcement by name, or with --fail-on degraded a whole sensor
  86   a rule ended something, or --fail-on came true
  126  the command cannot be executed
  127  the command cannot be found
  74   the command succeeded, and not all that it wrote could be shown (--redact-output)
  70   a bug in the guard

Examples:
  runner-guard run -- npm ci
  runner-guard run --policy policy.yml --report report.json -- make -j4 test
  runner-guard run --fail-on violation,degraded --policy policy.yml -- ./build.sh
  runner-guard run --mode block --policy policy.yml -- npm ci

docs/block-mode.md tells what block mode refuses, and how to get there from audit mode.`;

/** `runner-guard run`. */
export function addRun(root: Command, options: ProgramOptions, set: SetOutcome): void {
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
  for (const option of toDescribedOptions({ ...RUN_OPTIONS, ...COMMAND_OPTIONS })) {
    run.addOption(option);
  }
  run.addHelpText("after", RUN_HELP);
  run.action(async (command: string[], flags: Record<string, unknown>) => {
    if (command.length === 0) throw new AgentError("usage", NO_COMMAND);
    for (const message of describeMisspeltVariables(options.environment)) {
      options.stderr.write(toMessage(`warning: ${message}`));
    }
    const { runGuarded } = await import("./run/run-guarded.ts");
    const config = parseCommandConfig(flags, options.environment);
    const inheritance = readInheritance(options.environment);
    set(
      await runGuarded({
        config,
        command,
        collector: takeCollectorTarget(config, options),
        inheritance: withoutCollectorToken(withoutFingerprintKey(inheritance)),
        searchPath: options.environment["PATH"],
        version: readVersion(),
        ci: toCiContext(options.environment),
        workingDirectory: options.workingDirectory,
        stderr: options.stderr,
        redaction: options.redaction(),
        terminal: describeTerminal(options.stderr, options.environment),
        onSignal: options.onSignal,
        onResize: options.onResize,
      }),
    );
  });
}
