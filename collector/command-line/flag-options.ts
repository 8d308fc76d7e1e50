/** Options that several commands have, as config.ts describes them. */
import type { Command } from "commander";

import type { ServeFlag } from "../config.ts";

export function addFlag(
  command: Command,
  { flag, description, default: fallback, variable }: ServeFlag,
): Command {
  const otherwise = fallback === "" ? "" : ` Default: ${fallback}.`;
  return command.option(flag, `${description}${otherwise} Also ${variable}.`);
}
