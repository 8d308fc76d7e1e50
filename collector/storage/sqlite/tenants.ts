import type { DatabaseSync } from "node:sqlite";

/** Who has runs here, or had some, and who has policies for those to come. */
export function listTenants(database: DatabaseSync): readonly string[] {
  const rows = database.prepare("SELECT tenant FROM tenants UNION SELECT tenant FROM policies");
  return rows.all().map(({ tenant }) => String(tenant));
}
