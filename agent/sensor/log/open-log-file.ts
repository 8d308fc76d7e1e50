/** Opens what a job may have put in the place of a log. */
import { closeSync, constants, fstatSync, lstatSync, openSync, type Stats } from "node:fs";

import { toErrorCode } from "../../errors.ts";

export type OpenedLogFile =
  | { readonly status: "opened"; readonly descriptor: number; readonly stats: Stats }
  | { readonly status: "refused"; readonly reason: string }
  | { readonly status: "gone" };

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_NOCTTY } = constants;
const FLAGS = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

/** Regular files alone. Nothing else is even opened, for opening a device can do something; what is put there just then is closed. */
export function openLogFile(path: string): OpenedLogFile {
  try {
    const before = lstatSync(path, { throwIfNoEntry: false });
    if (before === undefined) return { status: "gone" };
    if (!before.isFile()) return { status: "refused", reason: `is ${describeKind(before)}` };
    return keepIfFile(openSync(path, FLAGS));
  } catch (error) {
    const code = toErrorCode(error);
    if (code === "ENOENT") return { status: "gone" };
    if (code === "ELOOP") return { status: "refused", reason: "is a symbolic link" };
    return { status: "refused", reason: `cannot be opened (${code || String(error)})` };
  }
}

function keepIfFile(descriptor: number): OpenedLogFile {
  const stats = fstatSync(descriptor);
  if (stats.isFile()) return { status: "opened", descriptor, stats };
  closeSync(descriptor);
  return { status: "refused", reason: `is ${describeKind(stats)}` };
}

function describeKind(stats: Stats): string {
  if (stats.isSymbolicLink()) return "a symbolic link";
  if (stats.isFIFO()) return "a pipe";
  if (stats.isSocket()) return "a socket";
  if (stats.isDirectory()) return "a directory";
  return "a device";
}
