/** The collector's word that batches of a run were taken away since they were too old. Whoever else cuts off what came first cannot say so. */
import { createHmac, hkdfSync } from "node:crypto";

import type { StoredRemoval } from "../stores/event-store.ts";
import { isSameMac } from "./batch-signature.ts";

const KEY_BYTES = 32;

type Removal = Omit<StoredRemoval, "signature">;

/** Lower-case hexadecimal. The key is none that the run's agent has. */
export function signRemoval(masterKey: Buffer, runId: string, { seq, mac }: Removal): string {
  const key = hkdfSync("sha256", masterKey, runId, "runner-guard removal key 1", KEY_BYTES);
  return createHmac("sha256", Buffer.from(key))
    .update(`runner-guard removal 1\n${runId}\n${seq}\n${mac}\n`)
    .digest("hex");
}

export function isSignedRemoval(masterKey: Buffer, runId: string, removal: StoredRemoval): boolean {
  return isSameMac(removal.signature, signRemoval(masterKey, runId, removal));
}
