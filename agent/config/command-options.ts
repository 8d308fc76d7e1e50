/** What `run` takes besides. */
import type { OptionTable } from "./option-table.ts";
import { yesOrNo } from "./option-values.ts";
import { createReader, type GivenOptions } from "./read-options.ts";

export interface CommandOnly {
  readonly redactOutput: boolean;
}

export const COMMAND_OPTIONS: OptionTable<CommandOnly> = {
  redactOutput: {
    description:
      "Mask secrets in what the command writes to standard output and error, and report them.",
    ...yesOrNo(),
  },
};

export function readCommandOptions(given: GivenOptions): CommandOnly {
  const read = createReader(COMMAND_OPTIONS, given);
  return {
    redactOutput: read("redactOutput") ?? false,
  };
}
