/** Incidents that are not resolved, of all tenants: also beside a running collector. */
import { createIncidentReader } from "../storage/sqlite/incident-reader.ts";
import { openBeside } from "../storage/sqlite/open-database.ts";
import type { ShownIncident } from "../stores/incident-store.ts";
import { assertDataDirectory } from "./assert-data-directory.ts";

/** What fits on some screens; the API has pages. */
const MAX_LISTED = 1_000;

export interface OpenIncidents {
  readonly incidents: readonly ShownIncident[];
  /** What is wrong with those that cannot be read. */
  readonly damages: readonly string[];
}

/** Throws `data-directory`. */
export function listOpenIncidents(dataDir: string): OpenIncidents {
  assertDataDirectory(dataDir);
  using database = openBeside(dataDir);
  if (database === undefined) return { incidents: [], damages: [] };
  const damages: string[] = [];
  const reader = createIncidentReader(database, ({ message }) => damages.push(message));
  return { incidents: reader.listQuietIncidents(Number.MAX_SAFE_INTEGER, MAX_LISTED), damages };
}
