/** `verify` while the collector serves: a batch in a turn, so that everybody else's requests come in between. */
import { setImmediate } from "node:timers/promises";

import { RequestProblem } from "../errors.ts";
import type { EventStore } from "../stores/event-store.ts";
import { isSignedRemoval } from "./removal-signature.ts";
import { deriveRunKey, type MasterKeys } from "./upload-key.ts";
import { beginChainCheck, type ChainVerdict } from "./verify-chain.ts";

/** Undefined: the tenant has no such run. Throws `too-fast` and `storage-failed`. */
export type CheckChain = (tenant: string, runId: string) => Promise<ChainVerdict | undefined>;

export interface CheckChainOptions {
  readonly store: Pick<EventStore, "findRun" | "listBatches">;
  readonly masterKeys: MasterKeys;
  /** Each takes a third of a processor while it goes on. */
  readonly maxAtOnce: number;
}

export function createCheckChain({ store, masterKeys, maxAtOnce }: CheckChainOptions): CheckChain {
  let underWay = 0;
  return async (tenant, runId) => {
    const run = store.findRun(tenant, runId);
    if (run === undefined) return undefined;
    if (underWay >= maxAtOnce) {
      throw new RequestProblem("too-fast", "other runs are being verified; try again");
    }
    const uploadKey = deriveRunKey(masterKeys, run);
    const masterKey = masterKeys[run.keyGeneration - 1] ?? uploadKey;
    const check = beginChainCheck(run, {
      uploadKey,
      isSigned: (removal) => isSignedRemoval(masterKey, run.id, removal),
    });
    underWay += 1;
    try {
      for (let afterSeq = run.removal?.seq ?? 0; afterSeq < run.acknowledged;) {
        // A query that went on would keep this connection at an old state of the data.
        const [batch] = store.listBatches(runId, { afterSeq, kind: null });
        if (batch === undefined || !check.add(batch)) break;
        afterSeq = batch.firstSeq + batch.count - 1;
        await setImmediate();
      }
      return check.end();
    } catch (error) {
      return check.endBy(error);
    } finally {
      underWay -= 1;
    }
  };
}
