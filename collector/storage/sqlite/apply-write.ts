/** Writes as SQL. Each is applied as a whole or, in a transaction that is rolled back, not at all. */
import type { DatabaseSync } from "node:sqlite";

import { toStoredBytes } from "../../batch-weight.ts";
import type { FoundIdentity, NewBatch, NewRun, RunEnd } from "../../event-store.ts";
import { prepareAddAudit } from "./audit-writes.ts";
import { createCommandWrites } from "./command-writes.ts";
import { toJobKey } from "./job-key.ts";
import { toKindBits } from "./kind-bits.ts";
import type { Write } from "./writes.ts";

/** What JavaScript reads exactly. Each summand is no larger, so that the sum is no overflow in SQLite. */
const MAX_COUNT = Number.MAX_SAFE_INTEGER;

export type ApplyWrite = (write: Write) => void;

export function createApplyWrite(database: DatabaseSync): ApplyWrite {
  const startRun = prepareStartRun(database);
  const appendBatch = prepareAppendBatch(database);
  const finishRun = prepareFinishRun(database);
  const identifyRun = prepareIdentifyRun(database);
  const markSilent = database.prepare(`
    UPDATE runs SET state = 'silent' WHERE state = 'live' AND (last_seen_at < ? OR last_seen_at > ?)`);
  const addAudit = prepareAddAudit(database);
  // Another value each time, since what changes nothing is not written.
  const check = database.prepare(`
    INSERT INTO facts (name, value) VALUES ('checked', '0') ON CONFLICT DO UPDATE SET value = CAST(value AS INTEGER) + 1`);
  const keepFact = database.prepare("INSERT OR IGNORE INTO facts (name, value) VALUES (?, ?)");
  const commands = createCommandWrites(database);
  return (write) => {
    switch (write.kind) {
      case "add-command":
        return commands.add(write.command);
      case "settle-command":
        return commands.settle(write.settlement);
      case "start-run":
        return startRun(write.run);
      case "append-batch":
        return appendBatch(write.batch);
      case "identify-run":
        return identifyRun(write.found);
      case "finish-run":
        return finishRun(write.end);
      case "mark-silent":
        markSilent.run(write.bounds.earliest, write.bounds.latest);
        return;
      case "add-audit":
        return addAudit(write.entry);
      case "check":
        check.run();
        return;
      case "keep-fact":
        keepFact.run(write.name, write.value);
    }
  };
}

function prepareStartRun(database: DatabaseSync): (run: NewRun) => void {
  const insert = database.prepare(`
    INSERT INTO runs (id, tenant, guard_run_id, claim_hash, version, scope, requested_mode, effective_mode, ci, job_key,
      started_at, last_seen_at, identity, identity_state, proof_hash, key_generation)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  return (run) => {
    insert.run(
      run.id,
      run.tenant,
      run.guardRunId,
      run.claimHash,
      run.version,
      run.scope,
      run.requestedMode,
      run.effectiveMode,
      toJsonOrNull(run.ci),
      toJobKey(run),
      run.startedAt,
      run.startedAt,
      toJsonOrNull(run.identity),
      run.identity?.state ?? null,
      run.proofHash ?? null,
      run.keyGeneration ?? 1,
    );
  };
}

function prepareIdentifyRun(database: DatabaseSync): (found: FoundIdentity) => void {
  const find = database.prepare("SELECT tenant FROM runs WHERE id = ?");
  const update = database.prepare(
    "UPDATE runs SET ci = ?, identity = ?, identity_state = ?, job_key = ? WHERE id = ?",
  );
  return ({ runId, ci, identity }) => {
    const tenant = String(find.get(runId)?.["tenant"]);
    const jobKey = toJobKey({ tenant, ci, identity });
    update.run(toJsonOrNull(ci), JSON.stringify(identity), identity.state, jobKey, runId);
  };
}

function toJsonOrNull(value: object | null | undefined): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

function prepareAppendBatch(database: DatabaseSync): (batch: NewBatch) => void {
  const insert = database.prepare(`
    INSERT INTO batches (run, first_seq, count, kinds, mac, encoding, received_at, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  // The batch before has to be there: a chain has no gap, whatever a caller does.
  const advance = database.prepare(`
    UPDATE runs SET acknowledged = ?, last_mac = ?, last_seen_at = ?, dropped = min(dropped + ?, ${MAX_COUNT}), dead_letters = dead_letters + ?,
      exit_code = coalesce(?, exit_code), stopped_seq = coalesce(?, stopped_seq), bytes = bytes + ?, state = CASE state WHEN 'silent' THEN 'live' ELSE state END
    WHERE id = ? AND acknowledged = ?`);
  const addDeadLetter = database.prepare(
    "INSERT INTO dead_letters (run, seq, reason) VALUES (?, ?, ?)",
  );
  const addRollup = prepareRollup(database);
  return (batch) => {
    const { runId, firstSeq, count, deadLetters, rollup } = batch;
    const { changes } = advance.run(
      firstSeq + count - 1,
      batch.mac,
      batch.receivedAt,
      rollup.dropped,
      deadLetters.count,
      rollup.stopped?.exitCode ?? null,
      rollup.stopped?.seq ?? null,
      toStoredBytes(batch),
      runId,
      firstSeq - 1,
    );
    if (changes !== 1) throw new Error(`run ${runId} is not where batch ${firstSeq} begins`);
    const { mac, encoding, receivedAt, content } = batch;
    const kinds = toKindBits(rollup.kinds);
    insert.run(runId, firstSeq, count, kinds, mac, encoding, receivedAt, content);
    for (const { seq, reason } of deadLetters.first) addDeadLetter.run(runId, seq, reason);
    addRollup(batch);
  };
}

function prepareFinishRun(database: DatabaseSync): (end: RunEnd) => void {
  const finish = database.prepare(
    "UPDATE runs SET state = 'over', ended_at = ?, goodbye = ?, goodbye_mac = ? WHERE id = ? AND acknowledged = ?",
  );
  return ({ runId, lastSeq, endedAt, goodbye: { content, mac } }) => {
    const { changes } = finish.run(endedAt, content, mac, runId, lastSeq);
    if (changes !== 1) throw new Error(`run ${runId} does not end with ${lastSeq}`);
  };
}

function prepareRollup(database: DatabaseSync): (batch: NewBatch) => void {
  const findRun = database.prepare("SELECT tenant, job_key FROM runs WHERE id = ?");
  const addDestination = database.prepare(`
    INSERT INTO destinations (job_key, day, host, port, transport, verdict, count, last_run) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET count = min(count + excluded.count, ${MAX_COUNT}), last_run = excluded.last_run`);
  const addFinding = database.prepare(`
    INSERT INTO findings (tenant, run, id, rule, severity, message, response, count, first_seen, last_seen)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (run, id) DO UPDATE SET count = excluded.count, last_seen = excluded.last_seen`);
  const countFindings = database.prepare(
    "UPDATE runs SET findings = (SELECT count(*) FROM findings WHERE run = runs.id) WHERE id = ?",
  );
  return ({ runId, rollup: { destinations, findings } }) => {
    if (destinations.length === 0 && findings.length === 0) return;
    const run = findRun.get(runId);
    const [tenant, jobKey] = [String(run?.["tenant"]), String(run?.["job_key"])];
    for (const { day, host, port, transport, verdict, count } of destinations) {
      addDestination.run(jobKey, day, host, port, transport, verdict, count, runId);
    }
    for (const { id, rule, severity, message, response, count, firstSeen, lastSeen } of findings) {
      addFinding.run(
        tenant,
        runId,
        id,
        rule,
        severity,
        message,
        response,
        count,
        firstSeen,
        lastSeen,
      );
    }
    if (findings.length > 0) countFindings.run(runId);
  };
}
