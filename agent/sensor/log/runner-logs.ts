/**
 * The logs of GitHub's runner: `_diag/pages/<timeline>_<record>_<n>.log` and `_diag/blocks/<timeline>_<record>.<n>`, where a
 * record is a step or the whole job (actions/runner, src/Runner.Common/Logging.cs). A line reaches the file when 4 KiB are
 * full or the step ends, and the file is deleted when it has been uploaded.
 */
import { fstatSync } from "node:fs";
import { join } from "node:path";

import { toVisibleText } from "../../visible-text.ts";
import { createCopies } from "./copies.ts";
import { toCanonicalPath } from "./held-directory.ts";
import { type JobFolders, openByPath } from "./job-folders.ts";
import { createLogFolder } from "./log-folder.ts";
import type { LogPlace } from "./log-place.ts";
import type { LogReading } from "./log-reading.ts";
import type { LogSource } from "./log-source.ts";
import { createLogText } from "./log-text.ts";
import type { FoundInText } from "./searched-text.ts";

const FOLDERS = ["pages", "blocks"];
const PART = /^(?<log>.+?)(?:_(?<page>\d{1,9})\.log|\.(?<block>\d{1,9}))$/;
const MAX_TITLE_CHARACTERS = 120;

interface Log {
  title: string | undefined;
}

export interface RunnerLogsOptions<Found extends FoundInText> extends LogReading<Found> {
  /** Paths of `_diag` directories; several may lead to the same. */
  readonly find: () => readonly string[];
  /** What is said where there is none. */
  readonly absence: string;
  readonly maxRunners: number;
  /** Between one search for runners and the next. */
  readonly searchMs: { readonly beforeFound: number; readonly later: number };
}

export function createRunnerLogs<Found extends FoundInText>(
  options: RunnerLogsOptions<Found>,
): LogSource {
  const { bounds, searchMs } = options;
  /** By device and inode: the files of a container are seen by each of its processes. */
  const runners = new Map<string, LogSource[]>();
  const copies = createCopies({ maxSecrets: bounds.maxSecrets, maxLogs: bounds.maxOpenFiles });
  let searchedAtMs = -Infinity;

  const search = (): void => {
    const waitMs = runners.size === 0 ? searchMs.beforeFound : searchMs.later;
    if (performance.now() - searchedAtMs < waitMs) return;
    searchedAtMs = performance.now();
    for (const place of options.find()) {
      if (runners.size >= options.maxRunners) return;
      const id = identify(options.folders, place);
      if (id !== undefined && !runners.has(id)) {
        runners.set(id, createFolders(toCanonicalPath(options.folders, place)));
      }
    }
  };
  const createFolders = (diagnostics: string): LogSource[] =>
    FOLDERS.map((folder) => {
      const logs = new Map<string, Log>();
      return createLogFolder({
        ...options,
        path: join(diagnostics, folder),
        only: undefined,
        bounds: { ...bounds, maxOpenFiles: Math.ceil(bounds.maxOpenFiles / FOLDERS.length) },
        openText: (name) => openPart(folder, name, logs),
      });
    });
  const openPart = (folder: string, name: string, logs: Map<string, Log>) => {
    const groups = PART.exec(name)?.groups;
    const id = groups?.["log"] ?? name;
    const part = Number(groups?.["page"] ?? groups?.["block"] ?? 1);
    const step = logs.get(id) ?? { title: undefined };
    if (logs.size >= bounds.maxFiles) logs.clear();
    logs.set(id, step);
    return createLogText<Found>({
      ...options,
      step,
      tell(found, place) {
        if (copies.isNew(`${folder}/${id}`, found)) options.tell(found, place);
      },
      describe: () => toPlace(step.title && options.mask(step.title), part),
    });
  };
  const all = (): LogSource[] => [...runners.values()].flat();

  return {
    take(maxBytes) {
      search();
      const folders = all();
      return folders.reduce((sum, folder) => sum + folder.take(maxBytes / folders.length), 0);
    },
    get isThere() {
      return runners.size > 0;
    },
    get problem() {
      if (runners.size === 0) return options.absence;
      // Older runners have no blocks.
      const problems = all().map(({ problem }) => problem);
      return problems.includes(undefined) ? undefined : problems[0];
    },
    unreadBytes: () => all().reduce((sum, folder) => sum + folder.unreadBytes(), 0),
    end() {
      for (const folder of all()) folder.end();
    },
  };
}

/** Undefined where there is nothing, or nothing that may be looked at. */
function identify(folders: JobFolders, path: string): string | undefined {
  using folder = openByPath(folders, path);
  const stats = folder && fstatSync(folder.descriptor);
  return stats && `${stats.dev}:${stats.ino}`;
}

function toPlace(title: string | undefined, part: number): Omit<LogPlace, "at"> {
  const step = title ? toVisibleText(title, MAX_TITLE_CHARACTERS) : undefined;
  const log = step === undefined ? "job log" : `log of the step "${step}"`;
  return { where: part === 1 ? log : `${log}, part ${part}`, step };
}
