import { resolve } from "node:path";

import type { RunConfig } from "../../config.ts";
import { assertDirectoryTakesFiles } from "../../report/replace-file.ts";
import { toUnwritable } from "../../report/unwritable.ts";

/** Beside the report, where nothing else is said: who reads one wants the other. Throws where it could not be made. */
export function toIncidentDirectory({
  incidentDir,
  report,
}: Pick<RunConfig, "incidentDir" | "report">): string | undefined {
  if (incidentDir === undefined) return report === undefined ? undefined : `${report}.incident`;
  try {
    assertDirectoryTakesFiles(resolve(incidentDir));
  } catch (error) {
    throw toUnwritable(error, { option: "--incident-dir", path: incidentDir });
  }
  return incidentDir;
}
