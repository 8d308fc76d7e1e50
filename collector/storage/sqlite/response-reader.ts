/** What is done about findings, as it is read. */
import type { DatabaseSync } from "node:sqlite";

import { z } from "zod";

import { DamagedRow } from "../../errors.ts";
import { FINDING_CHANGES } from "../../stores/news-store.ts";
import {
  type FailedKey,
  type NewsToAnswer,
  RESPONSE_ACTIONS,
  RESPONSE_MODES,
  RESPONSE_STATES,
  RESPONSE_STEPS,
  type ResponseStore,
  STEP_OUTCOMES,
  type StoredResponse,
  WITHHELD,
} from "../../stores/response-store.ts";
import { MAX_LOOKED } from "./look-through.ts";
import { readRow } from "./read-row.ts";
import { createUndamagedRows, type OnDamaged } from "./read-undamaged.ts";
import { reading } from "./reading.ts";

type ResponseReader = Omit<ResponseStore, "doResponses" | "setResponseMode">;

/** Of one run: far more than there are, as a run is responded to once in each way, but for clicks. */
const MAX_OF_RUN = 100;

const rowSchema = z.object({
  number: z.int(),
  id: z.string(),
  tenant: z.string(),
  run: z.string(),
  finding: z.string().nullable(),
  rule: z.string().nullable(),
  action: z.enum(RESPONSE_ACTIONS),
  is_automatic: z.int(),
  by: z.string(),
  reason: z.string(),
  withheld: z.enum(WITHHELD).nullable(),
  counted_at: z.int().nullable(),
  state: z.enum(RESPONSE_STATES),
  steps: z.string(),
  retries: z.int(),
  target: z.string(),
  decided_at: z.int(),
  changed_at: z.int(),
});
const stepsSchema = z.array(
  z.object({
    step: z.enum(RESPONSE_STEPS),
    outcome: z.enum(STEP_OUTCOMES),
    startedAt: z.int(),
    acceptedAt: z.int().nullable(),
    endedAt: z.int().nullable(),
    answer: z.string(),
    isTimedOut: z.boolean().optional(),
  }),
);
const targetSchema = z.object({
  pod: z
    .object({ issuer: z.string(), namespace: z.string(), name: z.string(), uid: z.string() })
    .nullable(),
  workflowRun: z
    .object({ issuer: z.string(), repository: z.string(), runId: z.string() })
    .nullable(),
  runnerUid: z.string().nullable(),
  commandNumber: z.int().nullable(),
});
const modeSchema = z.object({
  tenant: z.string(),
  mode: z.enum(RESPONSE_MODES),
  reason: z.string(),
  by: z.string(),
  at: z.int(),
});

const runNameSchema = z.object({ tenant: z.string(), runId: z.string() });
const newsSchema = z.object({
  number: z.int(),
  change: z.enum(FINDING_CHANGES),
  runId: z.string(),
  id: z.string(),
});
const numberSchema = z.object({ number: z.int() });
const failedKeySchema = z.object({ decided_at: z.int(), number: z.int() });
const briefSchema = z.object({ tenant: z.string(), rule: z.string(), severity: z.string() });

const IS_COUNTED = `counted_at > ? AND counted_at <= ?
  AND (pod_uid IS NOT NULL OR json_extract(target, '$.workflowRun') IS NOT NULL) = ?`;

const IS_TO_TRY_AGAIN = "state = 'failed' AND is_unanswered = 1";

export function createResponseReader(database: DatabaseSync, onDamaged: OnDamaged): ResponseReader {
  const { readAll, readPage } = createUndamagedRows("response", onDamaged);
  const mode = database.prepare("SELECT * FROM response_modes WHERE tenant = ?");
  const one = database.prepare("SELECT * FROM responses WHERE tenant = ? AND id = ?");
  const open = database.prepare(
    "SELECT * FROM responses WHERE state IN ('decided', 'acting', 'verifying') ORDER BY number",
  );
  const failed = database.prepare(`
    SELECT * FROM responses INDEXED BY unanswered_responses WHERE ${IS_TO_TRY_AGAIN} AND tenant = ?
      AND (decided_at, number) > (?, ?) AND NOT (changed_at > ? AND changed_at <= ?)
    ORDER BY decided_at, number LIMIT ?`);
  // From one tenant to the next, whatever each of them has.
  const tenants = database.prepare(`
    WITH RECURSIVE found (tenant) AS (
      SELECT min(tenant) FROM responses INDEXED BY unanswered_responses WHERE ${IS_TO_TRY_AGAIN}
      UNION ALL
      SELECT (SELECT min(tenant) FROM responses INDEXED BY unanswered_responses WHERE ${IS_TO_TRY_AGAIN} AND tenant > found.tenant)
      FROM found WHERE found.tenant IS NOT NULL
    )
    SELECT tenant FROM found WHERE EXISTS (
      SELECT 1 FROM responses INDEXED BY unanswered_responses WHERE ${IS_TO_TRY_AGAIN} AND tenant = found.tenant AND decided_at > ?
    )`);
  const ofRun = database.prepare(
    `SELECT * FROM (SELECT * FROM responses WHERE run = ? ORDER BY number DESC LIMIT ${MAX_OF_RUN}) ORDER BY number`,
  );
  const ofPod = database.prepare(`
    SELECT * FROM (
      SELECT * FROM responses WHERE pod_uid = ? AND json_extract(target, '$.pod.issuer') = ? ORDER BY number DESC LIMIT ${MAX_OF_RUN}
    ) ORDER BY number`);
  const kills = database.prepare(
    `SELECT count(*) AS count FROM responses WHERE tenant = ? AND ${IS_COUNTED}`,
  );
  const allKills = database.prepare(
    `SELECT count(*) AS count FROM responses INDEXED BY counted_responses_of_all WHERE ${IS_COUNTED}`,
  );
  const limited = database.prepare(
    "SELECT 1 FROM responses WHERE tenant = ? AND withheld = 'kill-limit' AND decided_at > ? AND decided_at <= ? LIMIT 1",
  );
  const revoked = database.prepare("SELECT 1 FROM revoked_pods WHERE issuer = ? AND uid = ?");
  const runsOfPod = database.prepare(
    "SELECT tenant, id AS runId FROM runs WHERE pod_uid = ? AND json_extract(identity, '$.issuer') = ?",
  );
  const news = database.prepare(`
    SELECT number, change, finding_news.run AS runId, finding_news.finding AS id, tenant, rule, severity
    FROM finding_news LEFT JOIN findings ON findings.run = finding_news.run AND findings.id = finding_news.finding
    WHERE number > (SELECT position FROM news_readers WHERE name = 'response') ORDER BY number LIMIT ?`);
  const list = prepareList(database);
  return {
    listNewsToAnswer: (limit) => reading(() => news.all(limit)).map(toNews),
    listRunsOfPod: ({ issuer, uid }) =>
      reading(() => runsOfPod.all(uid, issuer)).map((row) => readRow(runNameSchema, row)),
    findResponseMode(tenant) {
      const row = reading(() => mode.get(tenant));
      return row === undefined ? undefined : readRow(modeSchema, row);
    },
    findResponse(tenant, id) {
      const row = reading(() => one.get(tenant, id));
      return row === undefined ? undefined : toResponse(row);
    },
    findResponses(tenant, { runId, state = null }, { after, limit }) {
      const { bound, some } = runId === undefined ? list.all : list.ofRun;
      const before = after ?? Number.MAX_SAFE_INTEGER;
      const place = { tenant, before, ...(runId !== undefined && { run: runId }) };
      const last = reading(() => bound.get(place));
      const end = last === undefined ? undefined : Number(last["number"]);
      const rows = reading(() => some.all({ ...place, lowest: end ?? 0, state, limit: limit + 1 }));
      return readPage(rows, { limit, end, read: toResponse, toKey: toNumber });
    },
    listResponsesOfRun: (runId) => reading(() => ofRun.all(runId)).map(toResponse),
    listResponsesOfPod: ({ issuer, uid }) => reading(() => ofPod.all(uid, issuer)).map(toResponse),
    listOpenResponses: () =>
      readAll(
        reading(() => open.all()),
        toResponse,
      ),
    listTenantsToTryAgain: (decidedAfter) =>
      reading(() => tenants.all(decidedAfter)).map(({ tenant }) => String(tenant)),
    listFailedResponses({ tenant, after: { decidedAt, number }, notTried, limit }) {
      const { after, until } = notTried;
      const rows = reading(() => failed.all(tenant, decidedAt, number, after, until, limit + 1));
      return readPage(rows, { limit, end: undefined, read: toResponse, toKey: toFailedKey });
    },
    countKills: (tenant, { after, until, isProven }) =>
      Number(reading(() => kills.get(tenant, after, until, Number(isProven)))?.["count"] ?? 0),
    countAllKills: ({ after, until, isProven }) =>
      Number(reading(() => allKills.get(after, until, Number(isProven)))?.["count"] ?? 0),
    hasHitKillLimit: (tenant, { after, until }) =>
      reading(() => limited.get(tenant, after, until)) !== undefined,
    isRevokedPod: ({ issuer, uid }) => reading(() => revoked.get(issuer, uid)) !== undefined,
  };
}

function prepareList(database: DatabaseSync) {
  const prepare = (index: string, where: string) => {
    const from = `responses INDEXED BY ${index} WHERE tenant = $tenant AND ${where} number < $before`;
    return {
      bound: database.prepare(
        `SELECT number FROM ${from} ORDER BY number DESC LIMIT 1 OFFSET ${MAX_LOOKED - 1}`,
      ),
      some: database.prepare(`
        SELECT * FROM ${from} AND number >= $lowest AND ($state IS NULL OR state = $state)
        ORDER BY number DESC LIMIT $limit`),
    };
  };
  return {
    all: prepare("responses_of_tenants", ""),
    ofRun: prepare("responses_of_runs", "run = $run AND"),
  };
}

/** All that is read of it is told by an agent, or checked. */
function toNews(row: unknown): NewsToAnswer {
  return { ...readRow(newsSchema, row), finding: briefSchema.safeParse(row).data ?? null };
}

function toResponse(row: unknown): StoredResponse {
  const { run, finding, is_automatic, counted_at, decided_at, changed_at, ...rest } = readRow(
    rowSchema,
    row,
  );
  return {
    ...rest,
    runId: run,
    findingId: finding,
    isAutomatic: is_automatic === 1,
    countedAt: counted_at,
    steps: readRow(stepsSchema, parseJson(rest.steps)),
    target: readRow(targetSchema, parseJson(rest.target)),
    decidedAt: decided_at,
    changedAt: changed_at,
  };
}

function toNumber(row: unknown): number {
  return readRow(numberSchema, row).number;
}

function toFailedKey(row: unknown): FailedKey {
  const { decided_at: decidedAt, number } = readRow(failedKeySchema, row);
  return { decidedAt, number };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DamagedRow("a response: it is no JSON", { cause: error });
  }
}
