/** The collector's word for all that an export says of a run. What its guard has signed says nothing of whose run it is, nor that nothing followed. */
import { createHmac, hkdfSync } from "node:crypto";

import type { BatchRecord, EndRecord, RunRecord } from "./archive.ts";
import { toCanonicalJson } from "./canonical-json.ts";

export interface RunSigner {
  /** Of a batch without its content, for which its own MAC speaks. */
  add(record: RunRecord | Omit<BatchRecord, "content"> | Omit<EndRecord, "signature">): void;
  /** Of all that was added, in this order: lower-case hexadecimal. Once. */
  sign(): string;
}

const KEY_BYTES = 32;

/** The key is none that the run's agent has. */
export function createRunSigner(masterKey: Buffer, runId: string): RunSigner {
  const key = hkdfSync("sha256", masterKey, runId, "runner-guard export key 1", KEY_BYTES);
  const hmac = createHmac("sha256", Buffer.from(key)).update("runner-guard export 2\n");
  return {
    add: (record) => void hmac.update(`${toCanonicalJson(record)}\n`),
    sign: () => hmac.digest("hex"),
  };
}
