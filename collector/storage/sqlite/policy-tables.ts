/** Operators' policies, as SQL: for the thread that writes, and for the one that reads. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import type { PolicyStore, StoredPolicy } from "../../stores/policy-store.ts";
import { reading } from "./reading.ts";

export type PolicyWrite =
  | { readonly kind: "put-policy"; readonly policy: StoredPolicy }
  | { readonly kind: "delete-policy"; readonly tenant: string; readonly name: string };

const rowSchema = z.object({ tenant: z.string(), name: z.string(), body: z.string() });

export function createPolicyWrites(database: DatabaseSync): (write: PolicyWrite) => void {
  const put = database.prepare(`
    INSERT INTO policies (tenant, name, body) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET body = excluded.body`);
  const remove = database.prepare("DELETE FROM policies WHERE tenant = ? AND name = ?");
  return (write) => {
    if (write.kind === "delete-policy") remove.run(write.tenant, write.name);
    else put.run(write.policy.tenant, write.policy.name, write.policy.body);
  };
}

export function createPolicyReader(database: DatabaseSync): Pick<PolicyStore, "listPolicies"> {
  const all = database.prepare("SELECT * FROM policies WHERE tenant = ? ORDER BY name");
  return {
    listPolicies: (tenant) => reading(() => all.all(tenant)).map((row) => rowSchema.parse(row)),
  };
}
