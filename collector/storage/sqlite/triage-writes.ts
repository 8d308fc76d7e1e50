/** What operators say of findings, as SQL, for the thread that writes. */
import type { DatabaseSync } from "node:sqlite";

import type { Answerable, FindingName } from "../../stores/run-queries.ts";
import { prepareLetLearn } from "./baseline-writes.ts";
import { prepareAddNews } from "./news-writes.ts";

export type TriageWrite =
  | { readonly kind: "acknowledge-finding"; readonly name: FindingName; readonly by: Answerable }
  | {
      readonly kind: "suppress-finding";
      readonly name: FindingName;
      readonly by: Answerable & { readonly until: number };
    }
  | { readonly kind: "reopen-finding"; readonly name: FindingName };

const CHANGES = {
  "acknowledge-finding": "acknowledged",
  "suppress-finding": "suppressed",
  "reopen-finding": "reopened",
} as const;

/** What a finding is suppressed by: neither a run nor an id, which the next run has others of. */
const LIKE_IT = `
  FROM findings JOIN runs ON runs.id = findings.run WHERE findings.run = ?1 AND findings.id = ?2`;

export function createTriageWrites(database: DatabaseSync): (write: TriageWrite) => void {
  const acknowledge = database.prepare(`
    INSERT OR REPLACE INTO acknowledgements (run, finding, role, token, owner, reason, at)
    VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const suppress = database.prepare(`
    INSERT OR REPLACE INTO suppressions (tenant, job_key, rule, message, role, token, owner, reason, at, until)
    SELECT findings.tenant, runs.job_key, findings.rule, findings.message, ?3, ?4, ?5, ?6, ?7, ?8 ${LIKE_IT}`);
  const forget = database.prepare("DELETE FROM acknowledgements WHERE run = ? AND finding = ?");
  const show = database.prepare(`
    DELETE FROM suppressions WHERE (tenant, job_key, rule, message) IN
      (SELECT findings.tenant, runs.job_key, findings.rule, findings.message ${LIKE_IT})`);
  const forgetExpected = database.prepare(`
    DELETE FROM expectations WHERE (tenant, job_key, rule, message) IN
      (SELECT findings.tenant, runs.job_key, findings.rule, findings.message ${LIKE_IT})`);
  const letLearn = prepareLetLearn(database);
  const addNews = prepareAddNews(database);
  return (write) => {
    const { runId, id } = write.name;
    addNews(CHANGES[write.kind], write.name);
    if (write.kind === "reopen-finding") {
      forget.run(runId, id);
      show.run(runId, id);
      forgetExpected.run(runId, id);
      return;
    }
    const { role, token, owner, reason, at } = write.by;
    if (write.kind === "acknowledge-finding") {
      acknowledge.run(runId, id, role, token, owner, reason, at);
      return;
    }
    suppress.run(runId, id, role, token, owner, reason, at, write.by.until);
    letLearn(runId);
  };
}
