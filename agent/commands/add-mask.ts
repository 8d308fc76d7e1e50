import type { Command } from "commander";

import { MAX_MASK_CHARACTERS } from "../control/control-request.ts";
import { AgentError } from "../errors.ts";
import { askRunningGuard } from "./ask-running-guard.ts";
import { readStandardInput } from "./guarding/standard-input.ts";
import type { ProgramOptions } from "./program-options.ts";
import { createStateOption } from "./state-option.ts";

const MASKED = "masked from now on, in all that the guard tells";

/** `runner-guard mask`. */
export function addMask(root: Command, options: ProgramOptions): void {
  const mask = root
    .command("mask")
    .summary("have a running guard mask a value")
    .description(
      "Has the guard that `watch` started mask a value from now on, wherever it would tell it. The value is read from " +
        "standard input, without the line end behind it: arguments are for everyone on the machine to see.\n" +
        "A guard never takes this back.",
    );
  for (const option of createStateOption()) mask.addOption(option);
  mask.action(async (flags: Record<string, unknown>) => {
    const value = readValue();
    const redaction = options.redaction();
    redaction.addValue(value);
    const request = { command: "mask", value } as const;
    await askRunningGuard({ request, flags, describe: () => ({ message: MASKED }) }, options);
  });
}

function readValue(): string {
  // A character takes three bytes at most for each unit of UTF-16.
  const text = readStandardInput(MAX_MASK_CHARACTERS * 3)?.replace(/\r?\n$/, "");
  if (text === undefined || text.length > MAX_MASK_CHARACTERS) {
    throw new AgentError(
      "usage",
      `a value to mask has at most ${MAX_MASK_CHARACTERS} characters: give what matters of it`,
    );
  }
  if (text === "") {
    throw new AgentError(
      "usage",
      'there is no value to mask: give it on standard input, as in `printf %s "$TOKEN" | runner-guard mask`',
    );
  }
  return text;
}
