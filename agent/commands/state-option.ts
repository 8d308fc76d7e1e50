import type { Option } from "commander";

import { WATCH_OPTIONS } from "../config.ts";
import { toDescribedOptions } from "./described-options.ts";

/** `--state-dir`, as those take it who talk to a guard. */
export function createStateOption(): Option[] {
  const description = "State directory of the guard. Default: where watch has it, root's first.";
  return toDescribedOptions({ stateDir: { ...WATCH_OPTIONS.stateDir, description } });
}
