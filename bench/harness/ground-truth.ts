import { readFileSync } from "node:fs";

import type { z } from "zod";

/** Reads a generator's log. A generator that says what this schema does not know is a bug, and throws. */
export function readGroundTruth<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): z.infer<Schema>[] {
  return readFileSync(file, "latin1")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => schema.parse(JSON.parse(line)));
}
