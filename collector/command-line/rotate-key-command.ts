/** `rotate-key`: another key for runs to come. */
import type { Command } from "commander";

import { readServeConfig, SERVE_FLAGS, type ServeFlags } from "../config.ts";
import { rotateKey } from "../maintenance/rotate-key.ts";
import type { CommandContext } from "./command-context.ts";
import { addFlag } from "./flag-options.ts";

export function addRotateKeyCommand(root: Command, { environment, stdout }: CommandContext): void {
  addFlag(root.command("rotate-key"), SERVE_FLAGS.dataDir)
    .description(
      "Make a new key for runs that begin from now on, while no collector runs; what older ones signed is verified by theirs",
    )
    .action((flags: ServeFlags) => {
      const count = rotateKey(readServeConfig(flags, environment).dataDir);
      stdout.write(
        `key ${count} is for runs that begin from now on; make a new backup: older ones lack it\n`,
      );
    });
}
