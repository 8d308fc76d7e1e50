/** `prune`: removes what is too old now, or counts it. */
import type { Command } from "commander";

import { readKeepConfig, readServeConfig, SERVE_FLAGS, type ServeFlags } from "../config.ts";
import { prune } from "../maintenance/prune.ts";
import { describeRemoved } from "../retention/describe-removed.ts";
import type { CommandContext } from "./command-context.ts";
import { addFlag } from "./flag-options.ts";

interface Flags extends ServeFlags {
  readonly dryRun?: true;
}

export function addPruneCommand(root: Command, context: CommandContext): void {
  addFlag(addFlag(root.command("prune"), SERVE_FLAGS.dataDir), SERVE_FLAGS.keep)
    .description(
      "Remove what is too old, or only count it, which works beside a running collector as well",
    )
    .option("--dry-run", "Say what would be removed, and remove nothing")
    .action((flags: Flags) => runPrune(flags, context));
}

async function runPrune(
  { dryRun, ...flags }: Flags,
  { environment, stdout, waitForEnd }: CommandContext,
): Promise<void> {
  const { dataDir } = readServeConfig(flags, environment);
  const { retention: rules } = readKeepConfig(flags, environment);
  const isDry = dryRun === true;
  const controller = new AbortController();
  void waitForEnd().then(() => controller.abort());
  const removed = await prune({ dataDir, rules, isDry, signal: controller.signal });
  stdout.write(`${isDry ? "would be removed" : "removed"}: ${describeRemoved(removed)}\n`);
}
