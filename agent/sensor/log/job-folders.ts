/** Directories of the job's, which may serve them itself: opened without ever waiting for it, and not at all where that cannot be. */
import { fstatSync, opendirSync } from "node:fs";
import { basename, dirname } from "node:path";

export interface JobFolder extends Disposable {
  /** Its place alone: what is to be read is opened by way of it. */
  readonly descriptor: number;
  /** The place of what lies in it under a name, a link as it is. To be closed. */
  openEntry(name: string): number | undefined;
}

export interface JobFolders {
  /** As the process sees it, links followed; a file too. */
  openFolder(pid: number, path: string): JobFolder | undefined;
}

/** The files of a container, as they are seen by one of its processes. */
const OTHER_ROOT = /^\/proc\/(\d+)\/root(?=\/)/;

/** Undefined: it lies in the guard's own root. */
export function toOtherRoot(path: string): { pid: number; within: string } | undefined {
  const [root, pid] = OTHER_ROOT.exec(path) ?? [];
  return root === undefined ? undefined : { pid: Number(pid), within: path.slice(root.length) };
}

export function openByPath(folders: JobFolders, path: string): JobFolder | undefined {
  const { pid, within } = toOtherRoot(path) ?? { pid: process.pid, within: path };
  return folders.openFolder(pid, within);
}

export function isFolder(folders: JobFolders, path: string): boolean {
  using folder = openByPath(folders, path);
  return folder !== undefined && fstatSync(folder.descriptor).isDirectory();
}

/** Why it could not be opened. */
export function describeUnopened(folders: JobFolders, path: string): string {
  const parent = dirname(path);
  if (parent === path) return "cannot be read";
  using above = openByPath(folders, parent);
  if (above === undefined) return describeUnopened(folders, parent);
  return hasName(above, basename(path))
    ? "may not be read, or is not served by this machine itself"
    : "does not exist yet";
}

function hasName({ descriptor }: JobFolder, name: string): boolean {
  try {
    using directory = opendirSync(`/proc/self/fd/${descriptor}`);
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
      if (entry.name === name) return true;
    }
    return false;
  } catch {
    return true;
  }
}
