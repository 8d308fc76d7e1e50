/** Begins runs: for whoever has a tenant's token, and for whoever somebody else vouches for. */
import { createHash } from "node:crypto";

import type { StartRunRequest, StartRunResponse } from "../protocol/index.ts";
import { createTurns } from "./commands/turns.ts";
import { RequestProblem } from "./errors.ts";
import { toProvenContext, toRunIdentity } from "./identity/proven-start.ts";
import { isSameAgent } from "./identity/same-agent.ts";
import type { Caller } from "./identity/tokens.ts";
import type { Proof, SingleUse } from "./identity/verdict.ts";
import type { Ingest } from "./ingest/ingest.ts";
import type { EventStore } from "./stores/event-store.ts";

/** Throws `RequestProblem`. */
export type StartRun = (
  caller: Pick<Caller, "tenant" | "proof">,
  request: StartRunRequest,
) => Promise<StartRunResponse>;

export interface StartRunOptions {
  readonly ingest: Pick<Ingest, "startRun">;
  readonly store: Pick<EventStore, "findProof" | "findClaim" | "useProof">;
  /** A proof that was good, and had begun another run. */
  readonly onReplay: () => void;
  /** False: too many runs of this pod wait to be known. */
  readonly mayWait: (identity: Proof["identity"]) => boolean;
  /** What a run is may be known later than that it runs. */
  readonly onWaiting: (runId: string) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Of one claim, at once: an agent that heard no answer asks again. */
const MAX_WAITING = 16;
/** How often it is looked whether a run is over. */
const RETRY_AFTER_SECONDS = 60;

export function createStartRun(options: StartRunOptions): StartRun {
  const { ingest, store, onReplay, mayWait, onWaiting, now } = options;
  // One after the other, so that each sees by whom the run was begun.
  const turns = createTurns(MAX_WAITING);
  /** Claims of runs that are on their way to disk, by the proof that begins them. */
  const starting = new Map<string, string>();
  const start = async (
    tenant: string,
    proof: Proof | undefined,
    { request, claimHash }: { request: StartRunRequest; claimHash: string },
  ): Promise<StartRunResponse> => {
    const known = store.findClaim(tenant, claimHash);
    if (known !== undefined && !isSameAgent(known, proof)) {
      throw new RequestProblem("forbidden", "this claim is another agent's");
    }
    if (proof === undefined) return ingest.startRun(tenant, request);
    if (known === undefined && proof.identity.state === "waiting" && !mayWait(proof.identity)) {
      const message = "this pod has begun too many runs; try again when some are over";
      throw new RequestProblem("too-fast", message, { retryAfterSeconds: RETRY_AFTER_SECONDS });
    }
    const used = toUsed(proof.singleUse, claimHash);
    if (known !== undefined && used !== undefined) await store.useProof(used);
    const identity = toRunIdentity(proof, request.ci);
    const ci = toProvenContext(proof.ci, request.ci);
    const started = await ingest.startRun(tenant, { ...request, ci, identity, proof: used });
    if (identity.state === "waiting") onWaiting(started.runId);
    return started;
  };
  /** Undefined: it may begin any number of runs, or has begun this one. */
  const toUsed = (singleUse: SingleUse | null, claimHash: string) =>
    singleUse === null || store.findProof(singleUse.hash) !== undefined
      ? undefined
      : { ...singleUse, claimHash, usedAt: now() };
  const checkUnused = (hash: string, claimHash: string): void => {
    const usedFor = starting.get(hash) ?? store.findProof(hash)?.claimHash;
    if (usedFor === undefined || usedFor === claimHash) return;
    onReplay();
    throw new RequestProblem("forbidden", "this token has begun another run already");
  };
  return ({ tenant, proof }, request) => {
    const claimHash = createHash("sha256").update(request.claim).digest("hex");
    return turns.take(`${claimHash} ${tenant}`, async () => {
      const hash = proof?.singleUse?.hash;
      if (hash === undefined) return start(tenant, proof, { request, claimHash });
      checkUnused(hash, claimHash);
      starting.set(hash, claimHash);
      try {
        return await start(tenant, proof, { request, claimHash });
      } finally {
        starting.delete(hash);
      }
    });
  };
}
