/** The number of a job: what is counted of it goes by that. */
import type { DatabaseSync } from "node:sqlite";

import type { NewRun } from "../../stores/event-store.ts";
import { toJobKey } from "./job-key.ts";

export type FindJob = (run: Pick<NewRun, "tenant" | "ci" | "identity">) => FoundJob;

export interface FoundJob {
  readonly key: string;
  readonly id: number;
}

/** Names it where it has no number yet. */
export function prepareFindJob(database: DatabaseSync): FindJob {
  const find = database.prepare("SELECT id FROM jobs WHERE key = ?");
  const insert = database.prepare(
    "INSERT INTO jobs (key, tenant, provider, repository, workflow, job) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
  );
  return (run) => {
    const key = toJobKey(run);
    const { tenant, ci } = run;
    const { provider = null, repository = null, workflow = null, job = null } = ci ?? {};
    const row = find.get(key) ?? insert.get(key, tenant, provider, repository, workflow, job);
    return { key, id: Number(row?.["id"]) };
  };
}
