/** Runs that fall silent, as SQL, for the thread that writes: each has a finding until it is heard of again. */
import type { DatabaseSync } from "node:sqlite";

import type { Silence } from "../../stores/event-store.ts";
import { SILENCE } from "../../stores/own-findings.ts";
import { prepareResolveOwn } from "./own-finding-writes.ts";
import { FINDING_BYTES } from "./row-bytes.ts";
import { toTimestamp } from "./timestamp.ts";

/** `addBytes`: by how much its tenant has more, or less. */
export function prepareMarkSilent(
  database: DatabaseSync,
  addBytes: (tenant: string, bytes: number) => void,
): (silence: Silence) => void {
  const isSilent = "state = 'live' AND (last_seen_at < ?1 OR last_seen_at > ?2)";
  // One that is cut off cannot be heard. Of a kill its guard may have said that it obeyed, and goes on: a pod that was seen to end is over.
  const isFinding = `${isSilent} AND contained IS NOT 'quarantined'`;
  const since = `strftime('%Y-%m-%dT%H:%M:%f000Z', min(last_seen_at, ?3) / 1000.0, 'unixepoch')`;
  const weigh = database.prepare(`
    SELECT findings.tenant AS tenant, sum(${FINDING_BYTES}) AS bytes
    FROM runs JOIN findings ON findings.run = runs.id AND findings.id = ?3 WHERE ${isSilent} GROUP BY findings.tenant`);
  const addStored = (sign: 1 | -1, ...of: readonly [number, number, string]): void => {
    for (const { tenant, bytes } of weigh.all(...of))
      addBytes(String(tenant), sign * Number(bytes));
  };
  // Whatever a guard has told by that name gives way.
  const addFindings = database.prepare(`
    INSERT INTO findings (tenant, run, id, rule, severity, message, response, count, first_seen, last_seen, made_by)
    SELECT tenant, id, ?5, ?5, ?6, ?7, 'report', 1, ${since}, ?4, 'collector' FROM runs WHERE ${isFinding}
    ON CONFLICT (run, id) DO UPDATE SET rule = excluded.rule, severity = excluded.severity, message = excluded.message,
      response = excluded.response, count = CASE made_by WHEN 'collector' THEN count + 1 ELSE 1 END,
      first_seen = CASE made_by WHEN 'collector' THEN first_seen ELSE excluded.first_seen END, last_seen = excluded.last_seen,
      made_by = 'collector', resolved_at = NULL`);
  const addNews = database.prepare(`
    INSERT INTO finding_news (change, run, finding) SELECT 'found', id, ?3 FROM runs WHERE ${isFinding}`);
  const mark = database.prepare(`
    UPDATE runs SET state = 'silent', findings = (SELECT count(*) FROM findings WHERE run = runs.id) WHERE ${isSilent}`);
  return ({ earliest, latest, foundAt, finding: { rule, severity, message } }) => {
    addStored(-1, earliest, latest, rule);
    addFindings.run(earliest, latest, foundAt, toTimestamp(foundAt), rule, severity, message);
    addStored(1, earliest, latest, rule);
    addNews.run(earliest, latest, rule);
    mark.run(earliest, latest);
  };
}

/** False where it was not silent. */
export function prepareComeBack(database: DatabaseSync): (runId: string, at: number) => boolean {
  const wake = database.prepare("UPDATE runs SET state = 'live' WHERE id = ? AND state = 'silent'");
  const resolve = prepareResolveOwn(database);
  return (runId, at) => {
    if (wake.run(runId).changes === 0) return false;
    resolve({ runId, id: SILENCE, at });
    return true;
  };
}
