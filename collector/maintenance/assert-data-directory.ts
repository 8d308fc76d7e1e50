import { statSync } from "node:fs";

import { CollectorError } from "../errors.ts";

/** For commands that read what a collector has kept. Throws `data-directory`. */
export function assertDataDirectory(dataDir: string): void {
  const stats = statSync(dataDir, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) return;
  const what = stats === undefined ? "there is no such directory" : "is no directory";
  throw new CollectorError(
    "data-directory",
    `${dataDir}: ${what}; --data-dir is where the collector keeps its data`,
  );
}
