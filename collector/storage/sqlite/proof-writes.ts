/** Which proofs have begun their one run, as SQL: for the thread that writes. */
import type { DatabaseSync } from "node:sqlite";

import type { UsedProof } from "../../stores/event-store.ts";

/** Of one call: more than it adds, so that they go as they come. */
const MAX_REMOVED = 16;

/** Throws where it is used already. What nobody takes any more is forgotten. */
export function prepareAddProof(database: DatabaseSync): (proof: UsedProof) => void {
  const insert = database.prepare(
    "INSERT INTO used_proofs (hash, claim_hash, until) VALUES (?, ?, ?)",
  );
  const forget = database.prepare(`
    DELETE FROM used_proofs WHERE hash IN (
      SELECT hash FROM used_proofs WHERE until < ? ORDER BY until LIMIT ${MAX_REMOVED})`);
  return ({ hash, claimHash, until, usedAt }) => {
    forget.run(usedAt);
    insert.run(hash, claimHash, until);
  };
}
