/** Findings of the collector's own, as SQL, for the thread that writes. */
import type { DatabaseSync } from "node:sqlite";

import { isGraver } from "../../../protocol/severities.ts";
import type { OwnFinding } from "../../stores/news-store.ts";
import { prepareLetLearn } from "./baseline-writes.ts";
import { prepareAddNews } from "./news-writes.ts";
import { FINDING_BYTES } from "./row-bytes.ts";
import { toTimestamp } from "./timestamp.ts";

type OwnFindingName = Pick<OwnFinding, "runId" | "id" | "at">;

export type OwnFindingWrite =
  | { readonly kind: "add-own-finding"; readonly finding: OwnFinding }
  | { readonly kind: "resolve-own-finding"; readonly name: OwnFindingName };

/** `addBytes`: by how much its tenant has more. */
export function createOwnFindingWrites(
  database: DatabaseSync,
  addBytes: (tenant: string, bytes: number) => void,
): (write: OwnFindingWrite) => void {
  const add = prepareAddOwn(database, addBytes);
  const resolve = prepareResolveOwn(database);
  return (write) => {
    if (write.kind === "add-own-finding") add(write.finding);
    else resolve(write.name);
  };
}

export function prepareAddOwn(
  database: DatabaseSync,
  addBytes: (tenant: string, bytes: number) => void,
): (finding: OwnFinding) => void {
  const find = database.prepare(
    `SELECT severity, resolved_at, tenant, ${FINDING_BYTES} AS bytes FROM findings WHERE run = ? AND id = ?`,
  );
  // Told again, it says what is known by then; it is never less grave than it was.
  const repeat = database.prepare(`
    UPDATE findings SET count = count + 1, last_seen = ?, severity = ?, message = ?, evidence = ?, resolved_at = NULL
    WHERE run = ? AND id = ? RETURNING ${FINDING_BYTES} AS bytes`);
  const insert = database.prepare(`
    INSERT INTO findings (tenant, run, id, rule, severity, message, response, count, first_seen, last_seen, made_by, technique, evidence)
    SELECT tenant, id, ?2, ?3, ?4, ?5, 'report', 1, ?6, ?6, 'collector', ?7, ?8 FROM runs WHERE id = ?1
    RETURNING tenant, ${FINDING_BYTES} AS bytes`);
  const countFindings = prepareCountFindings(database);
  const addNews = prepareAddNews(database);
  return ({ runId, id, rule, severity, message, technique, evidence, at }) => {
    const seen = toTimestamp(at);
    const text = JSON.stringify(evidence);
    const known = find.get(runId, id);
    if (known === undefined) {
      const added = insert.get(runId, id, rule, severity, message, seen, technique, text);
      if (added === undefined) return;
      addBytes(String(added["tenant"]), Number(added["bytes"]));
      countFindings(runId);
      addNews("found", { runId, id });
      return;
    }
    const before = String(known["severity"]);
    const now = isGraver(severity, before) ? severity : before;
    const changed = repeat.get(seen, now, message, text, runId, id);
    addBytes(String(known["tenant"]), Number(changed?.["bytes"]) - Number(known["bytes"]));
    if (now !== before || known["resolved_at"] !== null) addNews("found", { runId, id });
  };
}

export function prepareResolveOwn(database: DatabaseSync): (name: OwnFindingName) => void {
  const resolve = database.prepare(`
    UPDATE findings SET resolved_at = ? WHERE run = ? AND id = ? AND made_by = 'collector' AND resolved_at IS NULL`);
  const addNews = prepareAddNews(database);
  const letLearn = prepareLetLearn(database);
  return ({ runId, id, at }) => {
    if (resolve.run(toTimestamp(at), runId, id).changes === 0) return;
    addNews("resolved", { runId, id });
    letLearn(runId);
  };
}

export function prepareCountFindings(database: DatabaseSync): (runId: string) => void {
  const count = database.prepare(
    "UPDATE runs SET findings = (SELECT count(*) FROM findings WHERE run = runs.id) WHERE id = ?",
  );
  return (runId) => void count.run(runId);
}
