/** Where a report goes. Opened before the job starts, so that a path that cannot be written is known in time. */
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

import { AgentError } from "../errors.ts";

export interface ReportFile {
  /** Throws what the file system says when the disk is full or the place is gone. */
  write(parts: Iterable<string>): void;
}

/** A new file appears whole or not at all; what stood there before is replaced. Devices and pipes are written to. */
export function openReportFile(path: string, option: string): ReportFile {
  const absolute = resolve(path);
  const existing = statSync(absolute, { throwIfNoEntry: false });
  if (existing?.isDirectory()) {
    throw new AgentError(
      "output-unwritable",
      `${option}: ${path} is a directory; name a file in it`,
    );
  }
  if (existing !== undefined && !existing.isFile()) return openStream(absolute, path, option);
  const directory = dirname(absolute);
  attempt(option, path, () => {
    accessSync(directory, constants.W_OK | constants.X_OK);
    if (existing) accessSync(absolute, constants.W_OK);
  });
  return {
    write(parts) {
      replaceFile(join(directory, `.${basename(absolute)}.${process.pid}`), absolute, parts);
    },
  };
}

/** What is there stays: in GitHub Actions a step's summary file may have been written to before. */
export function openSummaryFile(path: string, option: string): ReportFile {
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing?.isDirectory()) {
    throw new AgentError(
      "output-unwritable",
      `${option}: ${path} is a directory; name a file in it`,
    );
  }
  return openStream(resolve(path), path, option);
}

function openStream(absolute: string, path: string, option: string): ReportFile {
  const descriptor = attempt(option, path, () => openSync(absolute, "a", 0o644));
  return {
    write(parts) {
      try {
        writeParts(descriptor, parts);
      } finally {
        closeSync(descriptor);
      }
    },
  };
}

function replaceFile(temporary: string, path: string, parts: Iterable<string>): void {
  try {
    const descriptor = openSync(temporary, "wx", 0o644);
    try {
      writeParts(descriptor, parts);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    unlinkIfThere(temporary);
    throw error;
  }
}

/** Many parts make one write, for an entry of a report is short. */
const WRITE_CHARACTERS = 65_536;

function writeParts(descriptor: number, parts: Iterable<string>): void {
  let waiting = "";
  for (const part of parts) {
    waiting += part;
    if (waiting.length < WRITE_CHARACTERS) continue;
    writeFileSync(descriptor, waiting);
    waiting = "";
  }
  writeFileSync(descriptor, waiting);
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was not there.
  }
}

function attempt<Result>(option: string, path: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new AgentError(
      "output-unwritable",
      `${option}: cannot write ${path} (${reason}); give a path in a directory that you may write to`,
      { cause: error },
    );
  }
}
