/** Incidents that are not resolved, of all tenants: also beside a running collector. */
import { createIncidentReader } from "../storage/sqlite/incident-reader.ts";
import { openBeside } from "../storage/sqlite/open-database.ts";
import type { StoredIncident } from "../stores/incident-store.ts";
import { assertDataDirectory } from "./assert-data-directory.ts";

/** What fits on some screens; the API has pages. */
const MAX_LISTED = 1_000;

/** Throws `data-directory`. */
export function listOpenIncidents(dataDir: string): readonly StoredIncident[] {
  assertDataDirectory(dataDir);
  using database = openBeside(dataDir);
  if (database === undefined) return [];
  return createIncidentReader(database).listQuietIncidents(Number.MAX_SAFE_INTEGER, MAX_LISTED);
}
