/** Options that several commands have, as config.ts describes them. */
import type { Command } from "commander";

import type { ServeFlag } from "../config.ts";

/** A command that takes it for something else describes it in its own words. */
type DescribedFlag = Readonly<Record<keyof ServeFlag, string>>;

export function addFlag(
  command: Command,
  { flag, description, default: fallback, variable }: DescribedFlag,
): Command {
  const otherwise = fallback === "" ? "" : ` Default: ${fallback}.`;
  return command.option(flag, `${description}${otherwise} Also ${variable}.`);
}
