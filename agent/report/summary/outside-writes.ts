import type { FileOperation } from "../../../protocol/events.ts";
import type { Report } from "../../../protocol/report.ts";
import type { ReportedFile } from "../model/reported-lists.ts";
import { compareText } from "./compare-text.ts";
import { isInside, isTemporary, temporaryDirectoryOf } from "./path-kind.ts";
import type { ProcessIndex } from "./process-index.ts";

/** A directory outside the workspace with what was written there. Text is the job's, unescaped. */
export interface OutsideWrites {
  /** The one file when there is only one, otherwise the directory they have in common, ending in `/`. */
  readonly place: string;
  readonly isTemporary: boolean;
  readonly files: number;
  /** Which operations, in the order of `FileOperation`. */
  readonly operations: readonly FileOperation[];
  readonly programs: readonly string[];
}

/** Devices that take what is written and keep nothing. */
const SINKS = /^\/dev\/(?:null|zero|full|tty\d*|ptmx|std(?:in|out|err)|(?:pts|fd)\/\d+)$/;

/** The name of a thread, which only threads of the same process can write (comm_write in fs/proc/base.c of Linux). */
const OWN_NAME = /^\/proc\/(?:\d+|self|thread-self)(?:\/task\/\d+)?\/comm$/;

interface Draft {
  readonly directory: string;
  readonly paths: Set<string>;
  readonly operations: Set<FileOperation>;
  readonly programs: Set<string>;
}

/**
 * One row a directory, temporary directories last. Directories are joined to ever higher ones until there are no more than
 * `maxRows` rows, so that a cache of thousands of directories takes one.
 */
export function toOutsideWrites(
  report: Report,
  index: ProcessIndex,
  maxRows: number,
): OutsideWrites[] {
  const byDirectory = groupByDirectory(report);
  const directories = [...byDirectory.keys()];
  const depth = DEPTHS.find((candidate) => isFew(directories, candidate, maxRows)) ?? 1;
  const drafts = new Map<string, Draft>();
  for (const [directory, files] of byDirectory) {
    const draft = draftOf(drafts, toDepth(directory, depth));
    for (const file of files) addFile(draft, file, index);
  }
  return Array.from(drafts.values(), toRow).toSorted(compareRows);
}

/** What there is to say of a directory is said once, and not for each of its thousand files. */
function groupByDirectory({ files, run }: Report): Map<string, ReportedFile[]> {
  const byDirectory = new Map<string, ReportedFile[]>();
  for (const file of files) {
    const { path } = file;
    if (isInside(path, run.workingDirectory) || isNoFile(path)) continue;
    const directory = directoryOf(path);
    const known = byDirectory.get(directory);
    if (known === undefined) byDirectory.set(directory, [file]);
    else known.push(file);
  }
  return byDirectory;
}

/** Patterns are slow the first thousand times, and hardly any path comes so far. */
function isNoFile(path: string): boolean {
  if (path.startsWith("/dev/")) return SINKS.test(path);
  return path.startsWith("/proc/") && OWN_NAME.test(path);
}

/** All of a temporary directory is one place: build tools fill it with names that mean nothing. */
function directoryOf(path: string): string {
  return temporaryDirectoryOf(path) ?? path.slice(0, Math.max(path.lastIndexOf("/"), 0));
}

/** At depth 1 what is left are places such as /etc and /root. */
const DEPTHS = [Number.POSITIVE_INFINITY, 8, 7, 6, 5, 4, 3, 2];

/** Stops counting as soon as there are too many. */
function isFew(directories: readonly string[], depth: number, maxRows: number): boolean {
  const joined = new Set<string>();
  for (const directory of directories) {
    joined.add(toDepth(directory, depth));
    if (joined.size > maxRows) return false;
  }
  return true;
}

function toDepth(directory: string, depth: number): string {
  if (depth === Number.POSITIVE_INFINITY) return directory;
  return directory.split("/", depth + 1).join("/");
}

function draftOf(drafts: Map<string, Draft>, directory: string): Draft {
  const known = drafts.get(directory);
  if (known !== undefined) return known;
  const draft: Draft = {
    directory,
    paths: new Set(),
    operations: new Set(),
    programs: new Set(),
  };
  drafts.set(directory, draft);
  return draft;
}

function addFile(draft: Draft, file: ReportedFile, index: ProcessIndex): void {
  draft.paths.add(file.path);
  draft.operations.add(file.operation);
  draft.programs.add(index.programName(file.processId));
}

const OPERATION_ORDER: readonly FileOperation[] = ["create", "write", "rename", "chmod", "delete"];

function toRow({ directory, paths, operations, programs }: Draft): OutsideWrites {
  const [onlyPath] = paths;
  return {
    place: paths.size === 1 && onlyPath !== undefined ? onlyPath : `${directory}/`,
    isTemporary: isTemporary(directory),
    files: paths.size,
    operations: OPERATION_ORDER.filter((operation) => operations.has(operation)),
    programs: [...programs],
  };
}

function compareRows(one: OutsideWrites, other: OutsideWrites): number {
  return Number(one.isTemporary) - Number(other.isTemporary) || compareText(one.place, other.place);
}
