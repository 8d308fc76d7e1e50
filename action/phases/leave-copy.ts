/** `report-artifact-path`: where a step may have put anything meanwhile. */
import { lstatSync } from "node:fs";
import { resolve } from "node:path";

import { toErrorText } from "../../agent/errors.ts";
import { replaceFile } from "../../agent/report/replace-file.ts";
import type { Environment } from "../runner/step.ts";

/** A new file, whatever is there: no pipe is waited at, and no link is followed. Returns why there is none, if so. */
export function leaveCopy(
  path: string | undefined,
  text: string | undefined,
  environment: Environment,
): string[] {
  if (path === undefined || text === undefined) return [];
  const place = resolve(environment["GITHUB_WORKSPACE"] ?? ".", path);
  try {
    if (isDevice(place)) throw new Error(`${place} is a device`);
    replaceFile(place, [text]);
    return [];
  } catch (error) {
    return [`report-artifact-path: the copy cannot be written: ${toErrorText(error)}`];
  }
}

/** It would be gone for all who use it. */
function isDevice(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats !== undefined && (stats.isCharacterDevice() || stats.isBlockDevice());
}
