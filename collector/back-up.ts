/** The command `backup`: also while a collector is at work on the data. What it makes is a data directory. */
import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { CollectorError } from "./errors.ts";
import { KEY_FILES } from "./identity/key-file.ts";
import { copyDatabase } from "./storage/sqlite/open-database.ts";

/** Throws `data-directory`. */
export function backUp(dataDir: string, target: string): void {
  try {
    mkdirSync(target, { mode: 0o700 });
    for (const { name, isNeeded } of KEY_FILES)
      copyKey(join(dataDir, name), join(target, name), isNeeded);
    copyDatabase(dataDir, target);
  } catch (error) {
    if (error instanceof CollectorError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new CollectorError("data-directory", `${target}: the backup cannot be made: ${why}`, {
      cause: error,
    });
  }
}

function copyKey(from: string, to: string, isNeeded: boolean): void {
  try {
    copyFileSync(from, to);
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (isNeeded || !isMissing) throw error;
  }
}
