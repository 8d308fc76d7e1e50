/** Opens what a job may have put in the place of a log. */
import { constants, fstatSync, openSync, type Stats } from "node:fs";

import { toErrorCode } from "../../errors.ts";

export type OpenedLogFile =
  | { readonly status: "opened"; readonly descriptor: number; readonly stats: Stats }
  | { readonly status: "refused"; readonly reason: string };

const { O_RDONLY, O_NONBLOCK, O_NOCTTY } = constants;
const FLAGS = O_RDONLY | O_NONBLOCK | O_NOCTTY;

/** `place`: what is to be opened, by its place alone. Regular files: nothing else is even opened, for opening a device can do something. */
export function openLogFile(place: number): OpenedLogFile {
  const stats = fstatSync(place);
  if (!stats.isFile()) return { status: "refused", reason: `is ${describeKind(stats)}` };
  try {
    return { status: "opened", descriptor: openSync(`/proc/self/fd/${place}`, FLAGS), stats };
  } catch (error) {
    const code = toErrorCode(error);
    return { status: "refused", reason: `cannot be opened (${code || String(error)})` };
  }
}

function describeKind(stats: Stats): string {
  if (stats.isSymbolicLink()) return "a symbolic link";
  if (stats.isFIFO()) return "a pipe";
  if (stats.isSocket()) return "a socket";
  if (stats.isDirectory()) return "a directory";
  return "a device";
}
