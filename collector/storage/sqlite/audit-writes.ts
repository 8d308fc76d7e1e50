import type { DatabaseSync } from "node:sqlite";

import type { NewAuditEntry } from "../../stores/audit-store.ts";

export function prepareAddAudit(database: DatabaseSync): (entry: NewAuditEntry) => void {
  const insert = database.prepare(
    "INSERT INTO audit (tenant, token, role, action, target, said, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  return ({ tenant, token, role, action, target, said = null, at }) => {
    insert.run(tenant, token, role, action, target, said, at);
  };
}
