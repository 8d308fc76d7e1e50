import { createHash, hkdfSync } from "node:crypto";

import type { RunIdentity } from "../../protocol/index.ts";
import type { StoredRun } from "../stores/event-store.ts";

const KEY_BYTES = 32;

/** The collector's own, 32 bytes each, in the order in which they were made: the last one is what new runs get theirs from. */
export type MasterKeys = readonly Buffer[];

interface FingerprintScope extends Pick<StoredRun, "tenant" | "keyGeneration"> {
  readonly identity: Pick<RunIdentity, "issuer" | "facts"> | null;
}

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

/**
 * With which guards make fingerprints of secrets. Who begins a run is told it, and can try guesses at every secret that has its fingerprint under
 * it: so it is one for a repository, or a namespace, where that is proven, and for a tenant only where nothing is. Another one for runs of
 * another generation: the older may be known.
 */
export function deriveFingerprintKey(
  keys: MasterKeys,
  { tenant, identity, keyGeneration }: FingerprintScope,
): Buffer {
  const masterKey = findKey(keys, keyGeneration);
  const purpose = `runner-guard fingerprint key 1${toProvenPlace(identity)}`;
  return Buffer.from(hkdfSync("sha256", masterKey, tenant, purpose, KEY_BYTES));
}

/** By what is known when a run begins, and does not change when its start is asked for again. */
function toProvenPlace(identity: FingerprintScope["identity"]): string {
  if (identity === null) return "";
  const { issuer, facts } = identity;
  const place = JSON.stringify([issuer, facts["repositoryId"], facts["namespace"]]);
  // HKDF takes no more than a kilobyte.
  return ` ${createHash("sha256").update(place).digest("hex")}`;
}

export function findKey(keys: MasterKeys, keyGeneration: number): Buffer {
  const masterKey = keys[keyGeneration - 1];
  if (masterKey === undefined) throw new Error(`there is no key of generation ${keyGeneration}`);
  return masterKey;
}

export function deriveUploadKey(masterKey: Buffer, runId: string): Buffer {
  return Buffer.from(hkdfSync("sha256", masterKey, runId, "runner-guard upload key 1", KEY_BYTES));
}
