import { basename } from "node:path";

import { z } from "zod";

import type { Report } from "../../protocol/report.ts";
import { toProcessIndex } from "./process-index.ts";

/** A line of files-many's log. */
export const changedFileSchema = z.object({
  did: z.enum(["create", "rename", "delete"]),
  pid: z.int(),
  path: z.string(),
  originalPath: z.string().optional(),
});
export type ChangedFile = z.infer<typeof changedFileSchema>;

export interface FileCoverage {
  readonly operation: string;
  readonly made: number;
  readonly seen: number;
  readonly rightProcess: number;
  readonly rightPath: number;
}

/** Holds what a report says of files against the generator's log, one row for each operation. */
export function compareFiles(truth: readonly ChangedFile[], report: Report): FileCoverage[] {
  const index = toProcessIndex(report);
  const names = new Set<string>();
  const owners = new Set<string>();
  const paths = new Set<string>();
  for (const { processId, operation, path, originalPath } of report.files) {
    names.add(`${operation} ${basename(path)}`);
    owners.add(`${operation} ${basename(path)} ${index.pidOf(processId)}`);
    paths.add(`${operation} ${path} ${originalPath}`);
  }
  return [...Map.groupBy(truth, ({ did }) => did)].map(([operation, files]) => {
    const count = (isRight: (file: ChangedFile) => boolean): number => files.filter(isRight).length;
    return {
      operation,
      made: files.length,
      seen: count(({ did, path }) => names.has(`${did} ${basename(path)}`)),
      rightProcess: count(({ did, path, pid }) => owners.has(`${did} ${basename(path)} ${pid}`)),
      rightPath: count(({ did, path, originalPath }) =>
        paths.has(`${did} ${path} ${originalPath}`),
      ),
    };
  });
}
