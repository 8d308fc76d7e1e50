/**
 * What a command changes beside a running collector or without one is in the audit log, as what is asked of the collector is: the command writes it by
 * itself, since it alone knows who started it, and since a collector that is not running cannot notice.
 */
import type { DatabaseSync } from "node:sqlite";

import { CollectorError } from "../errors.ts";
import { prepareAddAudit } from "../storage/sqlite/audit-writes.ts";
import { hasDatabase, openBeside } from "../storage/sqlite/open-database.ts";

export interface Change {
  /** As it is called: `token add`. */
  readonly action: string;
  readonly target: string;
  /** Undefined: what is changed is of all. */
  readonly tenant?: string | undefined;
}

/** Of variables, and of a collector that has no runs yet. */
const USUAL_TENANT = "default";

/** On disk when it returns. Nothing is noted before the collector's first start. Throws `storage`. */
export function noteChange(dataDir: string, { action, target, tenant }: Change): void {
  if (!hasDatabase(dataDir)) return;
  const who = { token: `uid:${process.getuid?.() ?? ""}`, role: "command-line" };
  try {
    using database = openBeside(dataDir);
    const add = prepareAddAudit(database);
    const at = Date.now();
    database.exec("BEGIN IMMEDIATE");
    for (const one of tenant === undefined ? listTenants(database) : [tenant]) {
      add({ tenant: one, ...who, action, target, at });
    }
    database.exec("COMMIT");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CollectorError(
      "storage",
      `${dataDir}: the audit log cannot be written, which is to have \`${action}\`: ${why}`,
      { cause: error },
    );
  }
}

function listTenants(database: DatabaseSync): ReadonlySet<string> {
  const rows = database.prepare("SELECT DISTINCT tenant FROM runs").all();
  return new Set([USUAL_TENANT, ...rows.map(({ tenant }) => String(tenant))]);
}
