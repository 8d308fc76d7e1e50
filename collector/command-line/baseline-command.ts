/** `baseline`: what is normal for jobs, as it was learned. */
import { openSync, writeFileSync, closeSync } from "node:fs";

import type { Command } from "commander";

import { readServeConfig, SERVE_FLAGS, type ServeFlags } from "../config.ts";
import { toModelSettings, USUAL_DETECTION } from "../detection/detection-file.ts";
import type { ModelSettings } from "../detection/model/model-settings.ts";
import { CollectorError } from "../errors.ts";
import {
  exportBaselines,
  findBaseline,
  importBaselines,
  listBaselines,
  resetBaseline,
} from "../maintenance/keep-baselines.ts";
import type { CommandContext } from "./command-context.ts";
import { countOf } from "./count-of.ts";
import { describeBaseline, describeListed } from "./describe-baseline.ts";
import { addFlag } from "./flag-options.ts";
import { readChunks } from "./read-chunks.ts";

interface ShowFlags extends ServeFlags {
  readonly repository?: string;
}

interface ExportFlags extends ServeFlags {
  readonly output?: string;
}

interface ImportFlags extends ServeFlags {
  readonly replace?: true;
}

export function addBaselineCommand(
  root: Command,
  { environment, stdin, stdout, say }: CommandContext,
): void {
  const findDataDir = (flags: ServeFlags): string => readServeConfig(flags, environment).dataDir;
  const findSettings = (flags: ServeFlags): ModelSettings =>
    toModelSettings(readServeConfig(flags, environment).detection ?? USUAL_DETECTION);
  const baseline = root
    .command("baseline")
    .description("What was learned to be normal for jobs, also while a collector runs");
  addFlags(baseline.command("show [id]"))
    .description("List them, or show one with what its state means")
    .option("--repository <repository>", "List those of this one, such as acme/app")
    .action((id: string | undefined, { repository, ...flags }: ShowFlags) => {
      const dataDir = findDataDir(flags);
      if (id !== undefined) {
        stdout.write(describeBaseline(findBaseline(dataDir, readId(id), findSettings(flags))));
        return;
      }
      const listed = listBaselines(dataDir, { repository });
      for (const one of listed) stdout.write(describeListed(one));
      if (listed.length === 0) say("nothing was learned yet");
    });
  addFlags(baseline.command("reset <id>"))
    .description("Forget what was learned of a job, and learn it anew")
    .action((id: string, flags: ServeFlags) => {
      stdout.write(
        describeListed(resetBaseline(findDataDir(flags), readId(id), findSettings(flags))),
      );
    });
  addFlag(baseline.command("export [id...]"), SERVE_FLAGS.dataDir)
    .description("Write them as lines of JSON, for another collector to import")
    .option("--output <file>", "A new file. Default: standard output.")
    .action((ids: readonly string[], { output, ...flags }: ExportFlags) => {
      const write = output === undefined ? undefined : openNew(output);
      let count = 0;
      for (const record of exportBaselines(findDataDir(flags), ids.map(readId))) {
        const line = `${JSON.stringify(record)}\n`;
        if (write === undefined) stdout.write(line);
        else writeFileSync(write, line);
        count += 1;
      }
      if (write !== undefined) closeSync(write);
      say(`exported ${countOf(count, "baseline")}`);
    });
  addFlags(baseline.command("import <file>"))
    .description(
      "Take the baselines of a file that `baseline export` wrote (- for standard input): all of them, or none where a line is wrong",
    )
    .option("--replace", "Take also those that were learned from as many runs or more here")
    .action(async (file: string, { replace, ...flags }: ImportFlags) => {
      const replaces = replace === true;
      const { imported, known } = await importBaselines(
        findDataDir(flags),
        readChunks(file, stdin),
        { replaces, settings: findSettings(flags) },
      );
      const kept = `kept ${countOf(known, "baseline")} of here, learned from as many runs or more`;
      say(`imported ${countOf(imported, "baseline")}${known === 0 ? "" : `; ${kept}`}`);
    });
}

function addFlags(command: Command): Command {
  return addFlag(addFlag(command, SERVE_FLAGS.dataDir), SERVE_FLAGS.detection);
}

const ID = /^[1-9]\d{0,14}$/;

/** Throws `usage`. */
function readId(text: string): number {
  if (ID.test(text)) return Number(text);
  const asked = JSON.stringify(text);
  throw new CollectorError(
    "usage",
    `${asked} is no id of a baseline; \`baseline show\` lists them`,
  );
}

function openNew(path: string): number {
  try {
    return openSync(path, "wx", 0o600);
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    throw new CollectorError("usage", `--output: ${path}: cannot be made: ${why}`, {
      cause: error,
    });
  }
}
