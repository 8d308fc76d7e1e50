/** What is done about findings, as SQL, for the thread that writes. */
import type { DatabaseSync } from "node:sqlite";

import { SILENCE } from "../../stores/own-findings.ts";
import {
  type ContainedRun,
  isUnanswered,
  type NewResponse,
  type ResponseDeed,
  type StoredResponseMode,
} from "../../stores/response-store.ts";
import { prepareAddAudit } from "./audit-writes.ts";
import { prepareAddNews, prepareSettleNews } from "./news-writes.ts";
import { prepareAddOwn, prepareResolveOwn } from "./own-finding-writes.ts";

export type ResponseWrite =
  | { readonly kind: "do-responses"; readonly deed: ResponseDeed }
  | { readonly kind: "set-response-mode"; readonly mode: StoredResponseMode };

/** No token of a pod is good for longer than a year, whatever its API server is told (service-account-extend-token-expiration). */
const REVOKED_FOR_MS = 400 * 86_400_000;
/** Those that whoever hears of the finding is told of. */
const TOLD = new Set(["done", "failed", "dry-run"]);

/** `addBytes`: by how much its tenant has more. */
export function createResponseWrites(
  database: DatabaseSync,
  addBytes: (tenant: string, bytes: number) => void,
): (write: ResponseWrite) => void {
  const setMode = database.prepare(`
    INSERT INTO response_modes (tenant, mode, reason, by, at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (tenant) DO UPDATE SET mode = excluded.mode, reason = excluded.reason, by = excluded.by, at = excluded.at`);
  const put = preparePut(database);
  const addAudit = prepareAddAudit(database);
  const addOwn = prepareAddOwn(database, addBytes);
  const resolveOwn = prepareResolveOwn(database);
  const settle = prepareSettleNews(database);
  const contain = prepareContain(database);
  return (write) => {
    if (write.kind === "set-response-mode") {
      const { tenant, mode, reason, by, at } = write.mode;
      setMode.run(tenant, mode, reason, by, at);
      return;
    }
    const { responses, audits = [], findings = [], resolved = [], settled, contained } = write.deed;
    for (const response of responses) put(response);
    for (const entry of audits) addAudit(entry);
    for (const finding of findings) addOwn(finding);
    for (const name of resolved) resolveOwn(name);
    if (contained !== undefined) contain(contained);
    if (settled !== undefined) settle(settled);
  };
}

function preparePut(database: DatabaseSync): (response: NewResponse) => void {
  const put = database.prepare(`
    INSERT INTO responses (id, tenant, run, finding, rule, action, is_automatic, by, reason, withheld, counted_at, state, steps, retries, target,
      decided_at, changed_at, is_unanswered)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET state = excluded.state, steps = excluded.steps, retries = excluded.retries, target = excluded.target, counted_at = excluded.counted_at, changed_at = excluded.changed_at, is_unanswered = excluded.is_unanswered`);
  const addNews = prepareAddNews(database);
  return (response) => {
    const { id, tenant, runId, findingId, rule, action, by, reason, withheld, state } = response;
    put.run(
      id,
      tenant,
      runId,
      findingId,
      rule,
      action,
      Number(response.isAutomatic),
      by,
      reason,
      withheld,
      response.countedAt,
      state,
      JSON.stringify(response.steps),
      response.retries,
      JSON.stringify(response.target),
      response.decidedAt,
      response.changedAt,
      Number(isUnanswered(response)),
    );
    // That it failed was told when it did so first.
    const isTold = TOLD.has(state) && !(state === "failed" && response.retries > 0);
    if (findingId !== null && isTold) addNews("responded", { runId, id: findingId });
  };
}

function prepareContain(database: DatabaseSync): (contained: ContainedRun) => void {
  const mark = database.prepare("UPDATE runs SET contained = coalesce(?, contained) WHERE id = ?");
  const revoke = database.prepare(`
    INSERT INTO revoked_pods (issuer, uid, at) VALUES (?, ?, ?) ON CONFLICT (issuer, uid) DO UPDATE SET at = excluded.at`);
  const forget = database.prepare("DELETE FROM revoked_pods WHERE at < ?");
  // A pod may have begun several runs, as its guard was started again.
  const end = database.prepare(`
    UPDATE runs SET contained = CASE WHEN is_revoked THEN coalesce(contained, ?1) WHEN state = 'over' THEN contained
        ELSE coalesce(?1, contained) END, is_revoked = 1,
      ended_at = coalesce(ended_at, ?2), state = 'over'
    WHERE pod_uid = ?3 AND json_extract(identity, '$.issuer') = ?4 RETURNING id`);
  const resolve = prepareResolveOwn(database);
  return ({ runId, how, revokedPod, at }) => {
    mark.run(how, runId);
    if (revokedPod === null) return;
    const { issuer, uid } = revokedPod;
    forget.run(at - REVOKED_FOR_MS);
    revoke.run(issuer, uid, at);
    for (const { id } of end.all(how, at, uid, issuer))
      resolve({ runId: String(id), id: SILENCE, at });
  };
}
