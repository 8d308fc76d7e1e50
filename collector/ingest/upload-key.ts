import { hkdfSync } from "node:crypto";

const KEY_BYTES = 32;

/** The collector's own, 32 bytes each, in the order in which they were made: the last one is what new runs get theirs from. */
export type MasterKeys = readonly Buffer[];

/** Says whether it is the same key again, and nothing of the key. */
export function toKeyCheck(masterKey: Buffer): string {
  return Buffer.from(
    hkdfSync("sha256", masterKey, "", "runner-guard key check 1", KEY_BYTES),
  ).toString("hex");
}

/**
 * The key of one run's batches, by HKDF (RFC 5869) from the collector's own: nothing but the run's name has to be kept for it, and who
 * has one key can make no other.
 */
export function deriveRunKey(
  keys: MasterKeys,
  { id, keyGeneration }: { readonly id: string; readonly keyGeneration: number },
): Buffer {
  return deriveUploadKey(findKey(keys, keyGeneration), id);
}

/** With which a tenant's guards make fingerprints of secrets. Another one for runs of another generation: the older may be known. */
export function deriveFingerprintKey(
  keys: MasterKeys,
  { tenant, keyGeneration }: { readonly tenant: string; readonly keyGeneration: number },
): Buffer {
  const masterKey = findKey(keys, keyGeneration);
  const purpose = "runner-guard fingerprint key 1";
  return Buffer.from(hkdfSync("sha256", masterKey, tenant, purpose, KEY_BYTES));
}

function findKey(keys: MasterKeys, keyGeneration: number): Buffer {
  const masterKey = keys[keyGeneration - 1];
  if (masterKey === undefined) throw new Error(`there is no key of generation ${keyGeneration}`);
  return masterKey;
}

export function deriveUploadKey(masterKey: Buffer, runId: string): Buffer {
  return Buffer.from(hkdfSync("sha256", masterKey, runId, "runner-guard upload key 1", KEY_BYTES));
}
