/** Begins runs: for whoever has a tenant's token, and for whoever somebody else vouches for. */
import { createHash } from "node:crypto";

import type { StartRunRequest, StartRunResponse } from "../protocol/index.ts";
import { RequestProblem } from "./errors.ts";
import { toProvenContext, toRunIdentity } from "./identity/proven-start.ts";
import type { Caller } from "./identity/tokens.ts";
import type { Ingest } from "./ingest/ingest.ts";
import type { EventStore } from "./stores/event-store.ts";

/** Throws `RequestProblem`. */
export type StartRun = (
  caller: Pick<Caller, "tenant" | "proof">,
  request: StartRunRequest,
) => Promise<StartRunResponse>;

export interface StartRunOptions {
  readonly ingest: Pick<Ingest, "startRun">;
  readonly store: Pick<EventStore, "findProof">;
  /** A proof that was good, and had begun another run. */
  readonly onReplay: () => void;
  /** What a run is may be known later than that it runs. */
  readonly onWaiting: (runId: string) => void;
}

export function createStartRun({ ingest, store, onReplay, onWaiting }: StartRunOptions): StartRun {
  /** Claims of runs that are on their way to disk, by the proof that begins them. */
  const starting = new Map<string, string>();
  return async ({ tenant, proof }, request) => {
    if (proof === undefined) return ingest.startRun(tenant, request);
    const claimHash = createHash("sha256").update(request.claim).digest("hex");
    const { proofHash } = proof;
    const usedFor =
      proofHash === null
        ? undefined
        : (starting.get(proofHash) ?? store.findProof(proofHash)?.claimHash);
    if (usedFor !== undefined && usedFor !== claimHash) {
      onReplay();
      throw new RequestProblem("forbidden", "this token has begun another run already");
    }
    if (proofHash !== null) starting.set(proofHash, claimHash);
    try {
      const identity = toRunIdentity(proof, request.ci);
      const ci = toProvenContext(proof.ci, request.ci);
      const started = await ingest.startRun(tenant, { ...request, ci, identity, proofHash });
      if (identity.state === "waiting") onWaiting(started.runId);
      return started;
    } finally {
      if (proofHash !== null) starting.delete(proofHash);
    }
  };
}
