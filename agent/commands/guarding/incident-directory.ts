import type { RunConfig } from "../../config.ts";

/** Beside the report, where nothing else is said: who reads one wants the other. */
export function toIncidentDirectory({
  incidentDir,
  report,
}: Pick<RunConfig, "incidentDir" | "report">): string | undefined {
  return incidentDir ?? (report === undefined ? undefined : `${report}.incident`);
}
