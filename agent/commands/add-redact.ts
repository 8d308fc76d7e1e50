import { type Command, Option } from "commander";

import type { ProgramOptions, SetOutcome } from "./program-options.ts";
import { FINDINGS_FORMATS, parseRules, type RedactFlags } from "./redact/redact-flags.ts";
import { describeTerminal } from "./terminal.ts";
import { readVersion } from "./version.ts";

const REDACT_HELP = `
Exit status:
  0    all went through, or whoever read it had enough; with --check: nothing was found
  1    --check found something
  2    wrong usage, or something cannot be read or written
  70   a bug in the guard

Examples:
  make 2>&1 | runner-guard redact --secrets-from-env '*TOKEN*'
  runner-guard redact --secrets-file secrets.txt build.log > build-redacted.log
  runner-guard redact --check --format sarif build.log > secrets.sarif

docs/redact.md tells what is found and what is not.`;

/** Its own redaction is made as its options say: what it prints has been through it. */
type Surroundings = Pick<ProgramOptions, "environment" | "stdout" | "stderr" | "onSignal">;

/** `runner-guard redact`. */
export function addRedact(root: Command, surroundings: Surroundings, set: SetOutcome): void {
  const redact = root
    .command("redact")
    .summary("mask the secrets in a log")
    .description(
      "Copies standard input, or FILE, to standard output, with *** for every secret: values that are given, tokens and keys of " +
        "known shapes, passwords in addresses, headers and assignments, also where they are encoded.",
    );
  addArguments(redact);
  redact.action(async (file: string | undefined, flags: RedactFlags) => {
    const { runRedact } = await import("./redact/run-redact.ts");
    set(
      await runRedact({
        flags,
        file: file === "-" ? undefined : file,
        environment: surroundings.environment,
        stderr: surroundings.stderr,
        terminal: describeTerminal(surroundings.stdout, surroundings.environment),
        version: readVersion(),
        onSignal: surroundings.onSignal,
      }),
    );
  });
}

function addArguments(redact: Command): void {
  redact
    .argument("[file]", "the log; - or none: standard input")
    .addOption(
      new Option(
        "--secrets-from-env <pattern>",
        "mask the values of these variables, such as '*TOKEN*'; more than once",
      ).argParser(addToList),
    )
    .addOption(
      new Option("--secrets-file <file>", "mask each line of this file; more than once").argParser(
        addToList,
      ),
    )
    .addOption(
      new Option(
        "--rules <list>",
        "look for shapes, structures, and decoding (into what is encoded); or none. Default: all",
      ).argParser(parseRules),
    )
    .option(
      "--check",
      "print what was found instead of the log, and exit with 1 when something was",
    )
    .addOption(
      new Option("--format <format>", "how --check prints it; default: text").choices(
        FINDINGS_FORMATS,
      ),
    )
    .option(
      "--fingerprint-key-file <file>",
      "key of the fingerprints, so that they are the same in every run",
    )
    .option("--stats", "tell on standard error what was seen and masked")
    .addHelpText("after", REDACT_HELP);
}

function addToList(text: string, before: readonly string[] | undefined): readonly string[] {
  return before === undefined ? [text] : [...before, text];
}
