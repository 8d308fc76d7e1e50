/** `backup`: a copy that another collector can go on with. */
import type { Command } from "commander";

import { readServeConfig, SERVE_FLAGS, type ServeFlags } from "../config.ts";
import { backUp } from "../maintenance/back-up.ts";
import type { CommandContext } from "./command-context.ts";
import { addFlag } from "./flag-options.ts";

export function addBackupCommand(root: Command, { environment, stdout }: CommandContext): void {
  addFlag(root.command("backup <directory>"), SERVE_FLAGS.dataDir)
    .description(
      "Copy the data into a new directory, also while it is in use; `serve --data-dir` takes it as it is",
    )
    .action((target: string, flags: ServeFlags) => {
      const { dataDir } = readServeConfig(flags, environment);
      const { bytes } = backUp(dataDir, target);
      stdout.write(
        `${target}: a copy of ${dataDir}, its key with it, ${bytes} bytes; serve --data-dir takes it as it is\n`,
      );
    });
}
