/** What makes findings the same incident, as one text of a fixed length. */
import { createHash } from "node:crypto";

import type { IncidentRoom } from "../stores/incident-store.ts";
import { SILENCE } from "../stores/own-findings.ts";

export interface CausedFinding {
  readonly tenant: string;
  readonly jobKey: string;
  readonly rule: string;
  readonly message: string;
}

/** A job that is silent is so for one reason at a time; all else is told apart by what it says, as suppressions are. */
export function toCause({ tenant, jobKey, rule, message }: CausedFinding): string {
  return toHash([tenant, jobKey, rule, ...(rule === SILENCE ? [] : [message])]);
}

/** Of all findings of a rule in a job, or of a rule: where there are too many in their room to be told apart. */
export function toWideCause(
  { tenant, rule, jobKey }: Omit<CausedFinding, "message">,
  room: IncidentRoom,
): { readonly ofJob: string; readonly ofRule: string } {
  return {
    ofJob: toHash(["more of a job", room, tenant, jobKey, rule, null]),
    ofRule: toHash(["more of a rule", room, tenant, rule, null]),
  };
}

function toHash(parts: readonly (string | null)[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
