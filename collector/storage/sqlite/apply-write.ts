/** Writes as SQL. Those of a transaction are applied as a whole or, where it is rolled back, not at all. */
import type { DatabaseSync } from "node:sqlite";

import type { FoundIdentity, NewRun, RunEnd } from "../../stores/event-store.ts";
import { prepareAddAudit } from "./audit-writes.ts";
import { createBaselineWrites } from "./baseline-writes.ts";
import { createCommandWrites } from "./command-writes.ts";
import { createIncidentWrites } from "./incident-writes.ts";
import { type FindJob, prepareFindJob } from "./jobs.ts";
import { prepareAddNews } from "./news-writes.ts";
import { createOwnFindingWrites, prepareCountFindings } from "./own-finding-writes.ts";
import { createPackBatch, type PackedBatch } from "./pack-batch.ts";
import { createPolicyWrites } from "./policy-tables.ts";
import { prepareAddProof } from "./proof-writes.ts";
import { createResponseWrites } from "./response-writes.ts";
import { createRetentionWrites } from "./retention-writes.ts";
import { type CountedRun, createRollupWrites, type RollupWrites } from "./rollup-writes.ts";
import { FINDING_BYTES, ROW_BYTES, RUN_BYTES } from "./row-bytes.ts";
import { prepareComeBack, prepareMarkSilent } from "./silence-writes.ts";
import { createTriageWrites } from "./triage-writes.ts";
import type { PackedWrite, Write } from "./writes.ts";

/** What JavaScript reads exactly. Each summand is no larger, so that the sum is no overflow in SQLite. */
const MAX_COUNT = Number.MAX_SAFE_INTEGER;

export interface ApplyWrite {
  apply(write: Write | PackedWrite): void;
  /** Before the transaction is committed: what was gathered over its writes. */
  finish(): void;
  /** After it was rolled back. */
  forget(): void;
}

export function createApplyWrite(database: DatabaseSync): ApplyWrite {
  const rollups = createRollupWrites(database);
  const apply = prepareApply(database, rollups);
  return { apply, finish: () => rollups.write(), forget: () => rollups.forget() };
}

function prepareApply(
  database: DatabaseSync,
  rollups: RollupWrites,
): (write: Write | PackedWrite) => void {
  const findJob = prepareFindJob(database);
  const startRun = prepareStartRun(database, { findJob, rollups });
  const addProof = prepareAddProof(database);
  const appendBatch = prepareAppendBatch(database, rollups);
  const packBatch = createPackBatch();
  const finishRun = prepareFinishRun(database);
  const identifyRun = prepareIdentifyRun(database, { findJob, rollups });
  const markSilent = prepareMarkSilent(database, (tenant, bytes) =>
    rollups.addBytes(tenant, bytes),
  );
  const addAudit = prepareAddAudit(database);
  // Another value each time, since what changes nothing is not written.
  const check = database.prepare(`
    INSERT INTO facts (name, value) VALUES ('checked', '0') ON CONFLICT DO UPDATE SET value = CAST(value AS INTEGER) + 1`);
  const retention = createRetentionWrites(database, (tenant, bytes) =>
    rollups.addBytes(tenant, bytes),
  );
  const keepFact = database.prepare("INSERT OR IGNORE INTO facts (name, value) VALUES (?, ?)");
  const commands = createCommandWrites(database);
  const applyPolicy = createPolicyWrites(database);
  const applyTriage = createTriageWrites(database);
  const applyIncident = createIncidentWrites(database);
  const applyOwn = createOwnFindingWrites(database, (tenant, bytes) =>
    rollups.addBytes(tenant, bytes),
  );
  const applyBaseline = createBaselineWrites(database, (tenant, bytes) =>
    rollups.addBytes(tenant, bytes),
  );
  const applyResponse = createResponseWrites(database, (tenant, bytes) =>
    rollups.addBytes(tenant, bytes),
  );
  return (write) => {
    switch (write.kind) {
      case "do-responses":
      case "set-response-mode":
        return applyResponse(write);
      case "add-command":
        return commands.add(write.command);
      case "settle-command":
        return commands.settle(write.settlement);
      case "start-run":
        if (write.proof !== undefined) addProof(write.proof);
        return startRun(write.run);
      case "use-proof":
        return addProof(write.proof);
      case "append-batch":
        return appendBatch(packBatch(write.batch));
      case "append-packed":
        return appendBatch(write.batch);
      case "identify-run":
        return identifyRun(write.found);
      case "finish-run":
        return finishRun(write.end);
      case "mark-silent":
        return markSilent(write.silence);
      case "put-policy":
      case "delete-policy":
        return applyPolicy(write);
      case "acknowledge-finding":
      case "suppress-finding":
      case "reopen-finding":
        return applyTriage(write);
      case "add-own-finding":
      case "resolve-own-finding":
        return applyOwn(write);
      case "put-baseline":
      case "teach-run":
      case "expect-finding":
        return applyBaseline(write);
      case "record-incidents":
      case "settle-delivery":
      case "retry-delivery":
      case "resume-deliveries":
      case "abandon-deliveries":
      case "mend-due-times":
      case "forget-incidents":
        return applyIncident(write);
      case "add-audit":
        return addAudit(write.entry);
      case "remove-batches":
        return retention.removeBatches(write.removal);
      case "remove-run":
        return retention.removeRun(write.runId);
      case "remove-uses":
        return retention.removeUses(write.removal);
      case "remove-audit":
        return retention.removeAudit(write.tenant, write.upTo);
      case "remove-baseline":
        return retention.removeBaseline(write.baseline);
      case "give-back":
        return retention.giveBack(write.pages);
      case "check":
        check.run();
        return;
      case "keep-fact":
        keepFact.run(write.name, write.value);
    }
  };
}

interface StartingWith {
  readonly findJob: FindJob;
  readonly rollups: RollupWrites;
}

function prepareStartRun(
  database: DatabaseSync,
  { findJob, rollups }: StartingWith,
): (run: NewRun) => void {
  const insert = database.prepare(`
    INSERT INTO runs (id, tenant, guard_run_id, claim_hash, version, scope, requested_mode, effective_mode, ci, job_key, job,
      started_at, last_seen_at, identity, identity_state, proof_hash, key_generation)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING ${RUN_BYTES} AS bytes`);
  // Its pod may have been ended after its token was looked at, and before this.
  const revoke = database.prepare(`
    UPDATE runs SET is_revoked = 1, state = 'over', ended_at = started_at
    WHERE id = ? AND EXISTS (SELECT 1 FROM revoked_pods WHERE uid = pod_uid AND issuer = json_extract(identity, '$.issuer'))`);
  return (run) => {
    const { key, id: job } = findJob(run);
    const added = insert.get(
      run.id,
      run.tenant,
      run.guardRunId,
      run.claimHash,
      run.version,
      run.scope,
      run.requestedMode,
      run.effectiveMode,
      toJsonOrNull(run.ci),
      key,
      job,
      run.startedAt,
      run.startedAt,
      toJsonOrNull(run.identity),
      run.identity?.state ?? null,
      run.proofHash ?? null,
      run.keyGeneration ?? 1,
    );
    rollups.addBytes(run.tenant, Number(added?.["bytes"]));
    if (run.identity?.kind === "kubernetes") revoke.run(run.id);
  };
}

function prepareIdentifyRun(
  database: DatabaseSync,
  { findJob, rollups }: StartingWith,
): (found: FoundIdentity) => void {
  const find = database.prepare(`SELECT tenant, ${RUN_BYTES} AS bytes FROM runs WHERE id = ?`);
  const update = database.prepare(`
    UPDATE runs SET ci = ?, identity = ?, identity_state = ?, job_key = ?, job = ? WHERE id = ?
    RETURNING ${RUN_BYTES} AS bytes`);
  return ({ runId, ci, identity }) => {
    const known = find.get(runId);
    if (known === undefined) return;
    const tenant = String(known["tenant"]);
    const { key, id: job } = findJob({ tenant, ci, identity });
    const content = [toJsonOrNull(ci), JSON.stringify(identity), identity.state];
    const changed = update.get(...content, key, job, runId);
    rollups.addBytes(tenant, Number(changed?.["bytes"]) - Number(known["bytes"]));
  };
}

function toJsonOrNull(value: object | null | undefined): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

function prepareAppendBatch(
  database: DatabaseSync,
  rollups: RollupWrites,
): (batch: PackedBatch) => void {
  const insert = database.prepare(`
    INSERT INTO batches (run, first_seq, count, kinds, mac, encoding, received_at, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
  // The batch before has to be there: a chain has no gap, whatever a caller does.
  const advance = database.prepare(`
    UPDATE runs SET acknowledged = ?, last_mac = ?, last_seen_at = ?, dropped = min(dropped + ?, ${MAX_COUNT}), dead_letters = dead_letters + ?,
      exit_code = coalesce(?, exit_code), stopped_seq = coalesce(?, stopped_seq), bytes = bytes + ?
    WHERE id = ? AND acknowledged = ? AND state = 'live'
    RETURNING tenant, job`);
  const comeBack = prepareComeBack(database);
  const setDegraded = database.prepare(
    "UPDATE runs SET degraded = ?1 WHERE id = ?2 AND degraded <> ?1",
  );
  const setLevel = database.prepare("UPDATE runs SET sensor = ?, enforcement = ? WHERE id = ?");
  const addDeadLetter = database.prepare(
    "INSERT INTO dead_letters (run, seq, reason) VALUES (?, ?, ?)",
  );
  const addFindings = prepareFindings(database);
  return (batch) => {
    const { runId, firstSeq, count, mac, encoding, receivedAt, content, kinds } = batch;
    const { deadLetters, dropped, stopped, degraded, level, findings, storedBytes } = batch;
    const move = () =>
      advance.get(
        firstSeq + count - 1,
        mac,
        receivedAt,
        dropped,
        deadLetters.count,
        stopped?.exitCode ?? null,
        stopped?.seq ?? null,
        storedBytes,
        runId,
        firstSeq - 1,
      );
    const run = move() ?? (comeBack(runId, receivedAt) ? move() : undefined);
    if (run === undefined) throw new Error(`run ${runId} is not where batch ${firstSeq} begins`);
    if (degraded !== undefined) setDegraded.run(Number(degraded), runId);
    if (level !== undefined) setLevel.run(level.sensor, level.enforcement, runId);
    insert.run(runId, firstSeq, count, kinds, mac, encoding, receivedAt, content);
    for (const { seq, reason } of deadLetters.first) addDeadLetter.run(runId, seq, reason);
    const counted = { runId, tenant: String(run["tenant"]), job: Number(run["job"]) };
    rollups.addBytes(counted.tenant, content.length + deadLetters.first.length * ROW_BYTES);
    rollups.addBytes(counted.tenant, addFindings(counted, findings));
    rollups.add(counted, batch);
  };
}

function prepareFinishRun(database: DatabaseSync): (end: RunEnd) => void {
  const finish = database.prepare(
    "UPDATE runs SET state = 'over', ended_at = ?, goodbye = ?, goodbye_mac = ? WHERE id = ? AND acknowledged = ?",
  );
  const comeBack = prepareComeBack(database);
  return ({ runId, lastSeq, endedAt, goodbye: { content, mac } }) => {
    comeBack(runId, endedAt);
    const { changes } = finish.run(endedAt, content, mac, runId, lastSeq);
    if (changes !== 1) throw new Error(`run ${runId} does not end with ${lastSeq}`);
  };
}

type AddFindings = (run: CountedRun, findings: PackedBatch["findings"]) => number;

/** Gives back by how many bytes there is more. */
function prepareFindings(database: DatabaseSync): AddFindings {
  // One of the collector's own is no guard's to change.
  const repeat = database.prepare(`
    UPDATE findings SET count = iif(made_by = 'guard', ?, count), last_seen = iif(made_by = 'guard', ?, last_seen)
    WHERE run = ? AND id = ?`);
  const insert = database.prepare(`
    INSERT INTO findings (tenant, run, id, rule, severity, message, response, count, first_seen, last_seen, technique, evidence)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING ${FINDING_BYTES} AS bytes`);
  const countFindings = prepareCountFindings(database);
  const addNews = prepareAddNews(database);
  return ({ runId, tenant }, findings) => {
    let bytes = 0;
    for (const { id, rule, severity, message, response, ...seen } of findings) {
      const { count, firstSeen, lastSeen, technique, evidence } = seen;
      if (repeat.run(count, lastSeen, runId, id).changes !== 0) continue;
      const told = [rule, severity, message, response, count, firstSeen, lastSeen] as const;
      const added = insert.get(tenant, runId, id, ...told, technique, evidence);
      bytes += Number(added?.["bytes"]);
      addNews("found", { runId, id });
    }
    if (bytes > 0) countFindings(runId);
    return bytes;
  };
}
