/** What a row of a run holds. */
import { z } from "zod";

import {
  ciContextSchema,
  effectiveModeSchema,
  enforcementModeSchema,
  guardScopeSchema,
  runIdentitySchema,
} from "../../../protocol/index.ts";
import { DamagedRow } from "../../errors.ts";
import type { StoredRun } from "../../stores/event-store.ts";
import { storedTimeSchema } from "../../stores/stored-time.ts";
import { readRow } from "./read-row.ts";

const runRowSchema = z.object({
  id: z.string(),
  tenant: z.string(),
  guard_run_id: z.string(),
  claim_hash: z.string(),
  version: z.string(),
  scope: guardScopeSchema,
  requested_mode: enforcementModeSchema,
  effective_mode: effectiveModeSchema,
  ci: z.string().nullable(),
  identity: z.string().nullable(),
  proof_hash: z.string().nullable(),
  key_generation: z.int(),
  started_at: storedTimeSchema,
  state: z.enum(["live", "silent", "over"]),
  acknowledged: z.int(),
  last_mac: z.string(),
  last_seen_at: storedTimeSchema,
  ended_at: storedTimeSchema.nullable(),
  goodbye: z.instanceof(Uint8Array).nullable(),
  goodbye_mac: z.string().nullable(),
  exit_code: z.int().nullable(),
  findings: z.int(),
  dropped: z.int(),
  dead_letters: z.int(),
  stopped_seq: z.int().nullable(),
  bytes: z.int(),
  removed_seq: z.int(),
  removed_mac: z.string(),
  removed_signature: z.string(),
  is_revoked: z.int(),
});

/** What is damaged in one row is no fault of those beside it. */
export function toRunOrDamage(row: unknown): StoredRun | DamagedRow {
  try {
    return toRun(row);
  } catch (error) {
    if (error instanceof DamagedRow) return error;
    throw error;
  }
}

/** Throws `DamagedRow`. */
export function toRun(row: unknown): StoredRun {
  const run = readRow(runRowSchema, row);
  const { goodbye: content, goodbye_mac: mac } = run;
  return {
    id: run.id,
    tenant: run.tenant,
    guardRunId: run.guard_run_id,
    claimHash: run.claim_hash,
    version: run.version,
    scope: run.scope,
    requestedMode: run.requested_mode,
    effectiveMode: run.effective_mode,
    ci: run.ci === null ? null : readRow(ciContextSchema, parseJson(run.ci, "ci")),
    identity:
      run.identity === null
        ? null
        : readRow(runIdentitySchema, parseJson(run.identity, "identity")),
    proofHash: run.proof_hash,
    keyGeneration: run.key_generation,
    startedAt: run.started_at,
    state: run.state,
    acknowledged: run.acknowledged,
    lastMac: run.last_mac,
    lastSeenAt: run.last_seen_at,
    endedAt: run.ended_at,
    goodbye: content === null || mac === null ? null : { content, mac },
    exitCode: run.exit_code,
    findings: run.findings,
    dropped: run.dropped,
    deadLetters: run.dead_letters,
    stoppedSeq: run.stopped_seq,
    bytes: run.bytes,
    isRevoked: run.is_revoked === 1,
    removal:
      run.removed_seq === 0
        ? null
        : { seq: run.removed_seq, mac: run.removed_mac, signature: run.removed_signature },
  };
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DamagedRow(`${name}: it is no JSON`, { cause: error });
  }
}
