/** The command `backup`: also while a collector is at work on the data. What it makes is a data directory. */
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";

import { CollectorError } from "../errors.ts";
import { KEY_FILES } from "../identity/key-file.ts";
import { copyDatabase } from "../storage/sqlite/open-database.ts";
import { syncToDisk } from "../sync-to-disk.ts";
import { assertDataDirectory } from "./assert-data-directory.ts";

/** How large it is. Throws `data-directory`. */
export function backUp(dataDir: string, target: string): { readonly bytes: number } {
  assertDataDirectory(dataDir);
  try {
    makeWhole(resolve(target), (directory) => {
      for (const { name, isNeeded } of KEY_FILES)
        copyKey(join(dataDir, name), join(directory, name), isNeeded);
      copyDatabase(dataDir, directory);
    });
    const sizes = readdirSync(target).map((name) => statSync(join(target, name)).size);
    return { bytes: sizes.reduce((sum, size) => sum + size, 0) };
  } catch (error) {
    if (error instanceof CollectorError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new CollectorError("data-directory", `${target}: the backup cannot be made: ${why}`, {
      cause: error,
    });
  }
}

/** On disk with all that `fill` puts there, or not there at all. */
function makeWhole(target: string, fill: (directory: string) => void): void {
  if (existsSync(target)) throw new Error("it is there already");
  const parent = dirname(target);
  if (!existsSync(parent)) throw new Error(`there is no ${parent} to make it in; make that first`);
  // A name of its own: what one that was killed has left is in nobody's way.
  const beside = mkdtempSync(`${target}.new-`);
  try {
    fill(beside);
    for (const name of readdirSync(beside)) syncToDisk(join(beside, name));
    syncToDisk(beside);
    renameSync(beside, target);
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    throw error;
  }
  syncToDisk(parent);
}

function copyKey(from: string, to: string, isNeeded: boolean): void {
  try {
    copyFileSync(from, to);
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (!isMissing) throw error;
    if (isNeeded) throw new Error(`${from} is missing`, { cause: error });
  }
}
