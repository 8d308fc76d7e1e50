import { signRemoval } from "./ingest/removal-signature.ts";
import type { MasterKeys } from "./ingest/upload-key.ts";
import type { RemoveOldOptions } from "./retention/remove-old.ts";

/** Each run's removals are signed with the key that its own was made from. */
export function createSignRemoval(masterKeys: MasterKeys): RemoveOldOptions["sign"] {
  return ({ id, keyGeneration }, removal) => {
    const masterKey = masterKeys[keyGeneration - 1];
    if (masterKey === undefined) throw new Error(`there is no key of generation ${keyGeneration}`);
    return signRemoval(masterKey, id, removal);
  };
}
