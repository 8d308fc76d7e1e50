import type { Command } from "commander";

import { askRunningGuard } from "./ask-running-guard.ts";
import { describeFinish } from "./describe-done.ts";
import type { ProgramOptions } from "./program-options.ts";
import { createStateOption } from "./state-option.ts";

/** `runner-guard finish`. */
export function addFinish(root: Command, options: ProgramOptions): void {
  const finish = root
    .command("finish")
    .summary("have a running guard write its report")
    .description(
      "Has the guard that `watch` started take in all that happened until now and write its report. It goes on guarding.\n" +
        "Where `watch` was given no --report it writes nothing, and says so.\n" +
        "The status is 0 when that is done, 1 when the guard refuses, 69 when there is no guard.",
    );
  for (const option of createStateOption()) finish.addOption(option);
  finish.action(async (flags: Record<string, unknown>) => {
    const request = { command: "finish" } as const;
    await askRunningGuard({ request, flags, describe: describeFinish }, options);
  });
}
