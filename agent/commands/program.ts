/** The command line as a whole; each subcommand has a file of its own. */
import { Command } from "commander";

import { addHelp } from "../../command-line/add-help.ts";
import { hintAtHelp } from "../../command-line/hint-at-help.ts";
import { toSentence } from "../../command-line/to-sentence.ts";
import { addDoctor } from "./add-doctor.ts";
import { addFinish } from "./add-finish.ts";
import { addLabel } from "./add-label.ts";
import { addMask } from "./add-mask.ts";
import { addPolicy } from "./add-policy.ts";
import { addRedact } from "./add-redact.ts";
import { addRun } from "./add-run.ts";
import { addSimulate } from "./add-simulate.ts";
import { addSummary } from "./add-summary.ts";
import { addTighten } from "./add-tighten.ts";
import { addWatch } from "./add-watch.ts";
import { toExitStatus } from "./exit-status.ts";
import { createOwnRedaction } from "./guarding/own-redaction.ts";
import { toMessage } from "./message.ts";
import type { ProgramOptions } from "./program-options.ts";
import type { ProgramSurroundings, SetOutcome } from "./program-surroundings.ts";
import { refuseMarkAsValue } from "./refuse-mark-as-value.ts";
import type { RunOutcome } from "./run/run-guarded.ts";
import { DEFAULT_COLUMNS } from "./terminal.ts";
import { readVersion } from "./version.ts";

const ROOT_HELP = `
Examples:
  runner-guard run -- npm ci
  runner-guard run --policy policy.yml --report report.json -- make test
  runner-guard doctor

\`runner-guard COMMAND --help\` explains each; README.md is where to begin.`;

export interface Program {
  /** Never throws: what went wrong has been said on stderr. */
  run(args: readonly string[]): Promise<RunOutcome>;
  /** Something was thrown where nobody could catch it: says so, and returns the exit status. Never throws. */
  fail(error: unknown): number;
}

export function createProgram(surroundings: ProgramSurroundings): Program {
  const own = createOwnRedaction(surroundings);
  const { stdout, stderr, start: redaction } = own;
  const options: ProgramOptions = { ...surroundings, stdout, stderr, redaction };
  let outcome: RunOutcome = { exitCode: 0 };
  const root = new Command("runner-guard")
    .description("Runtime security for CI runners: what a job started, talked to and wrote.")
    .version(`runner-guard ${readVersion()}`, "-V, --version", "Print the version")
    .helpOption("-h, --help", "Explain the command")
    .configureOutput({
      // Help and version: nobody's words but ours.
      writeOut: (text) => surroundings.stdout.write(text),
      writeErr: (text) => options.stderr.write(text),
      getOutHelpWidth: () => options.stdout.columns ?? DEFAULT_COLUMNS,
      getErrHelpWidth: () => options.stderr.columns ?? DEFAULT_COLUMNS,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      outputError: (text, write) => write(toMessage(toSentence(text))),
    })
    .enablePositionalOptions()
    .exitOverride();
  const set: SetOutcome = (result) => {
    outcome = result;
  };
  addRun(root, options, set);
  addWatch(root, options, set);
  addFinish(root, options);
  addLabel(root, options);
  addMask(root, options);
  addTighten(root, options);
  addDoctor(root, options, set);
  addPolicy(root, options, set);
  addRedact(root, surroundings, set);
  addSimulate(root, options, set);
  addSummary(root, options);
  addHelp(root);
  refuseMarkAsValue(root);

  root.addHelpText("after", ROOT_HELP);
  hintAtHelp(root, root.name());
  root.configureOutput({
    outputError: (text, write) => write(toMessage(nameRun(toSentence(text)))),
  });

  const fail = (thrown: unknown): number => {
    // Whatever it is about, and however far things had come.
    own.prepare();
    return toExitStatus(thrown, stderr);
  };
  return {
    async run(args) {
      try {
        await root.parseAsync([...args], { from: "user" });
      } catch (error) {
        return { exitCode: fail(error) };
      }
      own.settle();
      return outcome;
    },
    fail,
  };
}

/** What someone meant who gave the command to guard where a subcommand belongs. */
function nameRun(sentence: string): string {
  const name = /^unknown command '(?<name>[^']*)'/.exec(sentence)?.groups?.["name"];
  return name === undefined ? sentence : `${sentence} (to guard it: runner-guard run -- ${name})`;
}
