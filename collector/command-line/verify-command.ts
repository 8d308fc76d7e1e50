/** `verify`: is what is stored of a run what its guard signed? */
import type { Command } from "commander";

import { readServeConfig, SERVE_FLAGS, type ServeFlags } from "../config.ts";
import { verifyRun } from "../maintenance/verify-run.ts";
import type { CommandContext } from "./command-context.ts";
import { addFlag } from "./flag-options.ts";

const USAGE =
  "Write the run's id: runner-guard-collector verify RUN --data-dir DIR. GET /v1/runs lists the runs, each with its id.";
const EXIT_NOT_WHOLE = 1;

export function addVerifyCommand(root: Command, context: CommandContext): void {
  addFlag(root.command("verify <run>"), SERVE_FLAGS.dataDir)
    .description(
      "Check that what is stored of a run is what its guard signed; exit 1 where it is not",
    )
    .showHelpAfterError(USAGE)
    .action((run: string, flags: ServeFlags) => runVerify(run, flags, context));
}

function runVerify(run: string, flags: ServeFlags, context: CommandContext): void {
  const { dataDir } = readServeConfig(flags, context.environment);
  const { batches, events, fault, openState, removedEvents } = verifyRun(dataDir, run);
  const whole =
    openState === undefined
      ? "whole"
      : `whole so far; it is ${openState}, and no goodbye says that nothing followed`;
  const removed =
    removedEvents === 0
      ? ""
      : `; the ${removedEvents} events before were removed since they were too old`;
  context.stdout.write(
    `${run}: ${events} events in ${batches} batches: ${fault ?? whole}${removed}\n`,
  );
  if (fault !== undefined) context.setExitStatus(EXIT_NOT_WHOLE);
}
