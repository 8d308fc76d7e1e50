import type { Command } from "commander";

import { askRunningGuard } from "./ask-running-guard.ts";
import type { ProgramOptions } from "./program-options.ts";
import { createStateOption } from "./state-option.ts";

/** `runner-guard finish`. */
export function addFinish(root: Command, options: ProgramOptions): void {
  const finish = root
    .command("finish")
    .summary("have a running guard write its report")
    .description(
      "Has the guard that `watch` started take in all that happened until now and write its report. It goes on guarding.\n" +
        "The status is 0 when the report is written, 1 when the guard refuses, 69 when there is none.",
    );
  for (const option of createStateOption()) finish.addOption(option);
  finish.action(async (flags: Record<string, unknown>) => {
    await askRunningGuard({ command: "finish" }, flags, options);
  });
}
