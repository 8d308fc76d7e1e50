/** The collector's word for all that an export says of a run. What its guard has signed says nothing of whose run it is, nor that nothing followed. */
import { createHmac, hkdfSync } from "node:crypto";

import type {
  BatchRecord,
  CommandRecord,
  EndRecord,
  ExportForm,
  RunRecord,
  TriageRecord,
} from "./archive.ts";
import { toCanonicalJson } from "./canonical-json.ts";

export interface RunSigner {
  /** Of a batch without its content, for which its own MAC speaks. */
  add(record: SignedRecord): void;
  /** Of all that was added, in this order: lower-case hexadecimal. Once. */
  sign(): string;
}

type SignedRecord =
  | RunRecord
  | Omit<BatchRecord, "content">
  | CommandRecord
  | TriageRecord
  | Omit<EndRecord, "signature">;

export interface RunToSign {
  readonly id: string;
  readonly format: ExportForm;
}

const KEY_BYTES = 32;

/** The key is none that the run's agent has. */
export function createRunSigner(masterKey: Buffer, { id, format }: RunToSign): RunSigner {
  const key = hkdfSync("sha256", masterKey, id, "runner-guard export key 1", KEY_BYTES);
  const hmac = createHmac("sha256", Buffer.from(key)).update(`runner-guard export ${format}\n`);
  return {
    add: (record) => void hmac.update(`${toCanonicalJson(record)}\n`),
    sign: () => hmac.digest("hex"),
  };
}
