/** Baselines and what runs have taught them, as SQL, for the thread that writes. */
import type { DatabaseSync } from "node:sqlite";

import type { BaselineChange, ExpectedFinding, TaughtRun } from "../../stores/baseline-store.ts";
import { prepareAddChange } from "./baseline-change-writes.ts";
import { prepareAddNews } from "./news-writes.ts";
import { BASELINE_BYTES } from "./row-bytes.ts";
import { toTimestamp } from "./timestamp.ts";

export type BaselineWrite =
  | { readonly kind: "put-baseline"; readonly change: BaselineChange }
  | { readonly kind: "teach-run"; readonly taught: TaughtRun }
  | { readonly kind: "expect-finding"; readonly expected: ExpectedFinding };

type AddBytes = (tenant: string, bytes: number) => void;

/** That a job is used still is written down once a day. */
const USE_EACH_MS = 86_400_000;

/** `addBytes`: by how much its tenant has more. */
export function createBaselineWrites(
  database: DatabaseSync,
  addBytes: AddBytes,
): (write: BaselineWrite) => void {
  const put = preparePutBaseline(database, addBytes);
  const teach = prepareTeachRun(database, put);
  const expect = prepareExpect(database, put);
  return (write) => {
    if (write.kind === "put-baseline") put(write.change);
    else if (write.kind === "teach-run") teach(write.taught);
    else expect(write.expected);
  };
}

/** Gives back whether it was not too late. */
function preparePutBaseline(
  database: DatabaseSync,
  addBytes: AddBytes,
): (change: BaselineChange) => boolean {
  const find = database.prepare(
    `SELECT revision, ${BASELINE_BYTES} AS bytes FROM baselines WHERE key = ?`,
  );
  const update = database.prepare(`
    UPDATE baselines SET state = ?, runs = ?, document = ?, changed_at = ?, used_at = ?, revision = revision + 1
    WHERE key = ? RETURNING id, ${BASELINE_BYTES} AS bytes`);
  const insert = database.prepare(`
    INSERT INTO baselines (key, tenant, repository, workflow, job, state, runs, document, changed_at, used_at, revision)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1) RETURNING id, ${BASELINE_BYTES} AS bytes`);
  const addChange = prepareAddChange(database);
  return ({ name, content, revision, at, note }) => {
    const { key, tenant, repository, workflow, job } = name;
    const { state, runs, document } = content;
    const known = find.get(key);
    if (Number(known?.["revision"] ?? 0) !== revision) return false;
    const written =
      known === undefined
        ? insert.get(key, tenant, repository, workflow, job, state, runs, document, at, at)
        : update.get(state, runs, document, at, at, key);
    addBytes(tenant, Number(written?.["bytes"]) - Number(known?.["bytes"] ?? 0));
    if (note !== undefined) {
      addBytes(tenant, addChange(Number(written?.["id"]), { revision: revision + 1, at, note }));
    }
    return true;
  };
}

function prepareTeachRun(
  database: DatabaseSync,
  put: (change: BaselineChange) => boolean,
): (taught: TaughtRun) => void {
  const find = database.prepare("SELECT 1 FROM runs WHERE id = ? AND lesson IS NULL");
  const settle = database.prepare("UPDATE runs SET lesson = ? WHERE id = ?");
  const use = database.prepare(
    "UPDATE baselines SET used_at = $at WHERE key = $key AND used_at < $before",
  );
  return ({ runId, lesson, key, change, at }) => {
    if (find.get(runId) === undefined) return;
    if (change !== null && !put(change)) return;
    settle.run(lesson, runId);
    if (change === null && key !== null) use.run({ at, key, before: at - USE_EACH_MS });
  };
}

function prepareExpect(
  database: DatabaseSync,
  put: (change: BaselineChange) => boolean,
): (expected: ExpectedFinding) => void {
  const expect = database.prepare(`
    INSERT OR REPLACE INTO expectations (tenant, job_key, rule, message, role, token, owner, reason, at, found_by)
    SELECT findings.tenant, runs.job_key, findings.rule, findings.message, ?3, ?4, ?5, ?6, ?7, ?8
    FROM findings JOIN runs ON runs.id = findings.run WHERE findings.run = ?1 AND findings.id = ?2`);
  const addNews = prepareAddNews(database);
  const letLearn = prepareLetLearn(database);
  return ({ name, by, change }) => {
    if (!put(change)) return;
    const { role, token, owner, reason, at } = by;
    expect.run(name.runId, name.id, role, token, owner, reason, at, toTimestamp(at));
    addNews("expected", name);
    letLearn(name.runId);
  };
}

/** So many runs of a job are looked at again when one of its findings is settled: those that ended last. */
const MAX_LOOKED_AT_AGAIN = 20;

/** What kept runs of the same job from teaching may have been this finding. */
export function prepareLetLearn(database: DatabaseSync): (runId: string) => void {
  const look = database.prepare(`
    UPDATE runs SET lesson = NULL WHERE id IN (
      SELECT id FROM runs WHERE lesson = 'finding' AND job = (SELECT job FROM runs WHERE id = ?)
      ORDER BY started_at DESC LIMIT ${MAX_LOOKED_AT_AGAIN})`);
  return (runId) => void look.run(runId);
}
