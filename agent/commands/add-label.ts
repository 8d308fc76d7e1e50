import type { Command } from "commander";

import { AgentError } from "../errors.ts";
import { askRunningGuard } from "./ask-running-guard.ts";
import { describeLabel } from "./describe-done.ts";
import type { ProgramOptions } from "./program-options.ts";
import { createStateOption } from "./state-option.ts";

/** `runner-guard label KEY=VALUE`. */
export function addLabel(root: Command, options: ProgramOptions): void {
  const label = root
    .command("label")
    .summary("note something in a running guard's report")
    .description(
      "Puts KEY=VALUE into the report of the guard that `watch` started, as run.labels. The first value of a key stays.",
    )
    .argument("<key=value>", "letters, digits and . _ / -, then =, then up to 1024 characters");
  for (const option of createStateOption()) label.addOption(option);
  label.action(async (text: string, flags: Record<string, unknown>) => {
    const at = text.indexOf("=");
    if (at < 1) {
      throw new AgentError("usage", `${JSON.stringify(text)} is no label: write KEY=VALUE`);
    }
    const noted = { key: text.slice(0, at), value: text.slice(at + 1) };
    const request = { command: "label", ...noted } as const;
    await askRunningGuard({ request, flags, describe: () => describeLabel(noted) }, options);
  });
}
