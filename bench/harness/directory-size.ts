import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Of the files in it. */
export function readDirectorySize(directory: string): number {
  return readdirSync(directory).reduce(
    (sum, name) => sum + statSync(join(directory, name)).size,
    0,
  );
}
