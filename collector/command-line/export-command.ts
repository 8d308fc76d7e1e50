/** `export`: runs for others to read, or for another collector to import. */
import { type Command, Option } from "commander";
import { z } from "zod";

import { readServeConfig, SERVE_FLAGS, type ServeFlags } from "../config.ts";
import { CollectorError } from "../errors.ts";
import { EXPORT_FORMATS, type ExportFormat } from "../export/write-export.ts";
import { exportRuns } from "../maintenance/export-runs.ts";
import type { CommandContext } from "./command-context.ts";
import { countOf } from "./count-of.ts";
import { addFlag } from "./flag-options.ts";

const EXIT_NOT_ALL = 1;
/** What else Node.js takes for a time is of another zone, or a day that is in no calendar. */
const timeSchema = z.union([z.iso.datetime({ offset: true }), z.iso.date()]);

interface Flags extends ServeFlags {
  readonly since?: string;
  readonly format: ExportFormat;
  readonly output?: string;
}

export function addExportCommand(root: Command, context: CommandContext): void {
  addFlag(root.command("export [run...]"), SERVE_FLAGS.dataDir)
    .description(
      "Write runs as lines of JSON, also while the data is in use; exit 1 where not all could be read",
    )
    .option(
      "--since <time>",
      "Those that started since, such as 2026-01-31 or 2026-01-31T12:00:00Z",
    )
    .addOption(
      new Option(
        "--format <format>",
        "ndjson can be imported again; ecs 8.11 and ocsf 1.5.0 are for others",
      )
        .choices(EXPORT_FORMATS)
        .default("ndjson"),
    )
    .option(
      "--output <file>",
      "A new file, which is there when it is whole. Default: standard output.",
    )
    .action((runs: readonly string[], flags: Flags) => runExport(runs, flags, context));
}

async function runExport(
  runIds: readonly string[],
  flags: Flags,
  { environment, stdout, say, setExitStatus }: CommandContext,
): Promise<void> {
  const { since, format, output } = flags;
  const { dataDir } = readServeConfig(flags, environment);
  const from = readSince(runIds, since);
  const exported = await exportRuns({
    dataDir,
    format,
    runIds,
    since: from,
    output,
    stream: stdout,
  });
  const { events, runs: whole, failed } = exported;
  say(`exported ${countOf(events, "event")} of ${countOf(whole, "run")}`);
  if (failed.count === 0) return;
  for (const { id, reason } of failed.first) say(`${id}: cannot be exported: ${reason}`);
  say(
    `not, or not wholly, in the export: ${countOf(failed.count, "run")}; \`verify\` says more of each`,
  );
  setExitStatus(EXIT_NOT_ALL);
}

/** Milliseconds since 1970, where no runs are named. Throws `usage`. */
function readSince(runIds: readonly string[], since: string | undefined): number {
  const example = "such as 2026-01-31 or 2026-01-31T12:00:00Z";
  if (since === undefined) {
    if (runIds.length > 0) return Number.NaN;
    throw new CollectorError("usage", `export: name runs, or a time with --since, ${example}`);
  }
  if (runIds.length > 0) {
    throw new CollectorError("usage", "export: name runs or a time with --since, not both");
  }
  if (timeSchema.safeParse(since).success) return Date.parse(since);
  throw new CollectorError(
    "usage",
    `--since: ${JSON.stringify(since)} is no time; write one ${example}`,
  );
}
