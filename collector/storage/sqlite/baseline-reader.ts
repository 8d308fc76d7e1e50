/** Baselines, as they are read. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import {
  BASELINE_STATES,
  type BaselineReader,
  type ListedBaseline,
  type StoredBaseline,
} from "../../stores/baseline-store.ts";
import { MAX_LOOKED, toFound } from "./look-through.ts";
import { readRow } from "./read-row.ts";
import { reading } from "./reading.ts";

const listedSchema = z.object({
  id: z.int(),
  key: z.string(),
  tenant: z.string(),
  repository: z.string().nullable(),
  workflow: z.string().nullable(),
  job: z.string().nullable(),
  state: z.enum(BASELINE_STATES),
  runs: z.int(),
  revision: z.int(),
  changedAt: z.int(),
  usedAt: z.int(),
});
const storedSchema = listedSchema.extend({ document: z.instanceof(Uint8Array) });
const countSchema = z.object({ state: z.enum(BASELINE_STATES), count: z.int() });

const LISTED =
  "id, key, tenant, repository, workflow, job, state, runs, revision, changed_at AS changedAt, used_at AS usedAt";

export function createBaselineReader(database: DatabaseSync): BaselineReader {
  const one = database.prepare(
    `SELECT ${LISTED}, document FROM baselines WHERE tenant = ? AND id = ?`,
  );
  const ofAny = database.prepare(`SELECT ${LISTED}, document FROM baselines WHERE id = ?`);
  const ofKey = database.prepare(`SELECT ${LISTED}, document FROM baselines WHERE key = ?`);
  const revision = database.prepare("SELECT revision FROM baselines WHERE key = ?");
  const ofRepository = prepareList(
    database,
    "INDEXED BY baselines_of_repositories WHERE tenant = $tenant AND repository = $repository COLLATE NOCASE",
  );
  const ofTenant = prepareList(database, "INDEXED BY baselines_of_tenants WHERE tenant = $tenant");
  const ofAll = prepareList(database, "WHERE TRUE");
  const named = database.prepare(`
    SELECT ${LISTED} FROM baselines INDEXED BY baselines_of_repositories
    WHERE tenant = $tenant AND repository = $repository COLLATE NOCASE
      AND ($workflow IS NULL OR workflow = $workflow) AND ($job IS NULL OR job = $job)
    ORDER BY id LIMIT $limit`);
  const counts = database.prepare(
    "SELECT state, count(*) AS count FROM baselines INDEXED BY baselines_by_state GROUP BY state",
  );
  return {
    findBaseline: (tenant, id) => toStoredOrNone(reading(() => one.get(tenant, id))),
    findBaselineOfAny: (id) => toStoredOrNone(reading(() => ofAny.get(id))),
    findBaselineOf: (key) => toStoredOrNone(reading(() => ofKey.get(key))),
    findRevision(key) {
      const row = reading(() => revision.get(key));
      return row === undefined ? undefined : Number(row["revision"]);
    },
    listBaselines(tenant, { repository, state = null }, { after, limit }) {
      const place = {
        after: after?.id ?? 0,
        ...(tenant !== undefined && { tenant }),
        ...(tenant !== undefined && repository !== undefined && { repository }),
      };
      const ofSome = repository === undefined ? ofTenant : ofRepository;
      const list = tenant === undefined ? ofAll : ofSome;
      const end = reading(() => list.bound.get(place))?.["id"];
      const upTo = Number(end ?? Number.MAX_SAFE_INTEGER);
      const items = reading(() => list.some.all({ ...place, upTo, state, limit: limit + 1 })).map(
        (row): ListedBaseline => readRow(listedSchema, row),
      );
      return toFound(items, limit, end === undefined ? undefined : { id: upTo }, ({ id }) => ({
        id,
      }));
    },
    findBaselinesOf: (tenant, { repository, workflow = null, job = null }, limit) =>
      reading(() => named.all({ tenant, repository, workflow, job, limit })).map((row) =>
        readRow(listedSchema, row),
      ),
    countBaselines() {
      const found = { learning: 0, stable: 0, unstable: 0 };
      for (const row of reading(() => counts.all())) {
        const { state, count } = readRow(countSchema, row);
        found[state] = count;
      }
      return found;
    },
  };
}

function prepareList(database: DatabaseSync, where: string) {
  const place = `FROM baselines ${where} AND id > $after`;
  return {
    bound: database.prepare(`SELECT id ${place} ORDER BY id LIMIT 1 OFFSET ${MAX_LOOKED - 1}`),
    some: database.prepare(`
      SELECT ${LISTED} ${place} AND id <= $upTo AND ($state IS NULL OR state = $state) ORDER BY id LIMIT $limit`),
  };
}

function toStoredOrNone(row: unknown): StoredBaseline | undefined {
  return row === undefined ? undefined : readRow(storedSchema, row);
}
