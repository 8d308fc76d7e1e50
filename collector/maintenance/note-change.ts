/**
 * What `token` and `rotate-key` change is in the audit log, as what is asked of the collector is: the command writes it by itself, since it
 * alone knows who started it, and since a collector that is not running cannot notice.
 */
import { CollectorError } from "../errors.ts";
import { listTokens } from "../identity/token-file.ts";
import { prepareAddAudit } from "../storage/sqlite/audit-writes.ts";
import { openBeside } from "../storage/sqlite/open-database.ts";
import { listTenants } from "../storage/sqlite/tenants.ts";
import { toCommandEntry } from "./command-entry.ts";

export interface Change {
  /** As it is called: `token add`. */
  readonly action: string;
  readonly target: string;
  /** "all": of whoever has anything here. */
  readonly tenants: readonly string[] | "all";
}

/** Of variables, and of a collector that has no runs yet. */
const USUAL_TENANT = "default";

/** On disk when it returns. Nothing is noted before the collector's first start. Throws `newer-schema`, `data-directory` and `storage`. */
export function noteChange(dataDir: string, { action, target, tenants }: Change): void {
  try {
    using database = openBeside(dataDir);
    if (database === undefined) return;
    const add = prepareAddAudit(database);
    const toldTenants = tenants === "all" ? findAll(dataDir, listTenants(database)) : tenants;
    database.exec("BEGIN IMMEDIATE");
    for (const tenant of toldTenants) add(toCommandEntry({ tenant, action, target }));
    database.exec("COMMIT");
  } catch (error) {
    if (error instanceof CollectorError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new CollectorError(
      "storage",
      `${dataDir}: the audit log cannot be written, which is to have \`${action}\`: ${why}`,
      { cause: error },
    );
  }
}

function findAll(dataDir: string, stored: readonly string[]): ReadonlySet<string> {
  const given = listTokens(dataDir).map(({ tenant }) => tenant);
  return new Set([USUAL_TENANT, ...given, ...stored]);
}
