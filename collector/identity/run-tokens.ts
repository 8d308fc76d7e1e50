/** The token of one run: with it an agent does what its run needs, after the proof that began it has expired. */
import { hkdfSync, timingSafeEqual } from "node:crypto";

import { readRunToken, RUN_TOKEN_KEY_INFO, toRunToken } from "../../protocol/index.ts";
import type { EventStore, StoredRun } from "../stores/event-store.ts";
import type { Caller } from "./tokens.ts";

export interface RunTokens {
  /** `foreign`: it is no token of a run. Undefined: it is one, and not good. */
  find(token: string): Caller | "foreign" | undefined;
  /** What is known of this run's is not true any more: it will be read from disk. */
  forget(runId: string): void;
}

export interface RunTokensOptions {
  readonly store: Pick<EventStore, "findRunOfAny">;
  readonly deriveUploadKey: (run: Pick<StoredRun, "id" | "keyGeneration">) => Buffer;
  /** Some 400 bytes each. The one that was used longest ago is forgotten first. */
  readonly maxRuns: number;
}

interface KnownRun {
  readonly token: Buffer;
  readonly caller: Caller;
}

const KEY_BYTES = 32;

export function createRunTokens({ store, deriveUploadKey, maxRuns }: RunTokensOptions): RunTokens {
  const known = new Map<string, KnownRun>();
  const read = (runId: string): KnownRun | undefined => {
    const run = store.findRunOfAny(runId);
    if (run === undefined || run.isRevoked) return undefined;
    const key = hkdfSync("sha256", deriveUploadKey(run), runId, RUN_TOKEN_KEY_INFO, KEY_BYTES);
    const token = Buffer.from(toRunToken(runId, Buffer.from(key).toString("hex")));
    const { tenant } = run;
    return { token, caller: { tenant, role: "agent", token: `run ${runId}`, runId } };
  };
  return {
    find(token) {
      const runId = readRunToken(token);
      if (runId === undefined) return "foreign";
      const run = known.get(runId) ?? read(runId);
      if (run === undefined) return undefined;
      known.delete(runId);
      for (const oldest of known.keys()) {
        if (known.size < maxRuns) break;
        known.delete(oldest);
      }
      known.set(runId, run);
      const presented = Buffer.from(token);
      const isSame = presented.length === run.token.length && timingSafeEqual(presented, run.token);
      return isSame ? run.caller : undefined;
    },
    forget: (runId) => void known.delete(runId),
  };
}
