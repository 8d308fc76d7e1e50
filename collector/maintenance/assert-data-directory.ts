import { statSync } from "node:fs";

import { CollectorError } from "../errors.ts";

/** For commands that read what a collector has kept. Throws `data-directory`. */
export function assertDataDirectory(dataDir: string): void {
  if (statSync(dataDir, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new CollectorError(
    "data-directory",
    `${dataDir}: there is no such directory; --data-dir is where the collector keeps its data`,
  );
}
