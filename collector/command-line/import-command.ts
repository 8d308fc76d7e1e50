/** `import`: takes what `export` wrote as NDJSON. */
import { createReadStream } from "node:fs";

import type { Command } from "commander";

import { readServeConfig, SERVE_FLAGS, type ServeFlags } from "../config.ts";
import { CollectorError } from "../errors.ts";
import { importRuns } from "../maintenance/import-runs.ts";
import type { CommandContext } from "./command-context.ts";
import { countOf } from "./count-of.ts";
import { addFlag } from "./flag-options.ts";

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
  const chunks = file === "-" ? stdin : createReadStream(file);
  const imported = await importRuns(dataDir, chunks).catch((error: unknown) => {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    throw isMissing ? new CollectorError("usage", `${file}: there is no such file`) : error;
  });
  const { runs, events, known, extended, unfinished } = imported;
  say(
    `imported ${countOf(events, "event")} of ${countOf(runs, "run")}; here already: ${countOf(known, "run")}, and of ${countOf(extended, "other")} less was here`,
  );
  if (unfinished > 0) say(`not whole in the file, and left out: ${countOf(unfinished, "run")}`);
}
