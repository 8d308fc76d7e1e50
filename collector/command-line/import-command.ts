/** `import`: takes what `export` wrote as NDJSON. */
import type { Command } from "commander";

import { readServeConfig, SERVE_FLAGS, type ServeFlags } from "../config.ts";
import { importRuns } from "../maintenance/import-runs.ts";
import type { CommandContext } from "./command-context.ts";
import { countOf } from "./count-of.ts";
import { addFlag } from "./flag-options.ts";
import { readChunks } from "./read-chunks.ts";

export function addImportCommand(root: Command, context: CommandContext): void {
  addFlag(root.command("import <file>"), SERVE_FLAGS.dataDir)
    .description(
      "Take the runs of an export in NDJSON, - for standard input, while no collector runs",
    )
    .action((file: string, flags: ServeFlags) => runImport(file, flags, context));
}

async function runImport(
  file: string,
  flags: ServeFlags,
  { environment, stdin, say }: CommandContext,
): Promise<void> {
  const { dataDir } = readServeConfig(flags, environment);
  const imported = await importRuns(dataDir, readChunks(file, stdin));
  const { runs, events, known, extended, unfinished } = imported;
  say(
    `imported ${countOf(events, "event")} of ${countOf(runs, "run")}; here already: ${countOf(known, "run")}, and of ${countOf(extended, "other")} less was here`,
  );
  if (unfinished > 0) say(`not whole in the file, and left out: ${countOf(unfinished, "run")}`);
}
