import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import type { AuditStore } from "../../stores/audit-store.ts";
import { reading } from "./reading.ts";

const rowSchema = z.object({
  number: z.int(),
  tenant: z.string(),
  token: z.string(),
  role: z.string(),
  action: z.string(),
  target: z.string(),
  said: z.string().nullable(),
  at: z.int(),
});

export function createAuditReader(database: DatabaseSync): Pick<AuditStore, "listAudit"> {
  const before = database.prepare(
    "SELECT * FROM audit WHERE tenant = ? AND number < ? ORDER BY number DESC LIMIT ?",
  );
  return {
    listAudit: (tenant, number, limit) =>
      reading(() => before.all(tenant, number, limit).map((row) => rowSchema.parse(row))),
  };
}
