/** Where a report goes. Opened before the job starts, so that a path that cannot be written is known in time. */
import { accessSync, constants, lstatSync, rmSync } from "node:fs";
import { resolve } from "node:path";

import { openStream, type OpenStream, type OutputStream } from "./output-stream.ts";
import { assertDirectoryTakesFiles, replaceFile } from "./replace-file.ts";
import { toUnwritable } from "./unwritable.ts";

export type ReportFile = OutputStream;
export type SummaryFile = OpenStream;

export interface ReportFileBounds {
  /** How long a pipe or terminal that takes nothing is waited for. */
  readonly patienceMs: number;
}

/** A reader that has stopped for longer has most likely stopped for good, and the job's own end waits meanwhile. */
const DEFAULT_BOUNDS: ReportFileBounds = { patienceMs: 5_000 };

/**
 * A new file appears whole or not at all; what stands there when it is written is replaced and not followed, for the job
 * may have put it there. Devices and pipes are written to. A link that is there before is refused: an earlier step may
 * have made it, and a guard that is root would write wherever it leads.
 */
export function openReportFile(
  path: string,
  option: string,
  bounds: ReportFileBounds = DEFAULT_BOUNDS,
): ReportFile {
  return attempt(option, path, () => {
    const absolute = resolve(path);
    const existing = lookAt(absolute);
    if (isOwnDescriptor(absolute) || (existing && !existing.isFile())) {
      return openStream(absolute, { ...bounds, followsLinks: isOwnDescriptor(absolute) });
    }
    if (existing) accessSync(absolute, constants.W_OK);
    assertDirectoryTakesFiles(absolute);
    return {
      clear: () => rmSync(absolute, { force: true }),
      write: (parts) => replaceFile(absolute, parts),
    };
  });
}

/** What is there stays: in GitHub Actions a step's summary file may have been written to before. */
export function openSummaryFile(
  path: string,
  option: string,
  bounds: ReportFileBounds = DEFAULT_BOUNDS,
): SummaryFile {
  return attempt(option, path, () => {
    const absolute = resolve(path);
    lookAt(absolute);
    return openStream(absolute, { ...bounds, followsLinks: isOwnDescriptor(absolute) });
  });
}

/** `/dev/stdout` and its like: links to files that are the job's own output, which must not be replaced. */
function isOwnDescriptor(path: string): boolean {
  return /^\/dev\/(?:stdin|stdout|stderr|fd\/.*)$|^\/proc\//.test(path);
}

function lookAt(path: string) {
  const existing = lstatSync(path, { throwIfNoEntry: false });
  if (existing?.isDirectory()) throw refusal("EISDIR");
  if (existing?.isSymbolicLink() && !isOwnDescriptor(path)) throw refusal("ELOOP");
  return existing;
}

/** As the file system says it. */
function refusal(code: "EISDIR" | "ELOOP"): Error {
  return Object.assign(new Error(code), { code });
}

function attempt<Result>(option: string, path: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw toUnwritable(error, { option, path });
  }
}
