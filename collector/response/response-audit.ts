/** What the audit log has of responses, beside who asked for them. */
import type { NewAuditEntry } from "../stores/audit-store.ts";
import type { NewResponse } from "../stores/response-store.ts";

export function toDecidedEntry(response: NewResponse): NewAuditEntry {
  const { withheld, decidedAt } = response;
  return toEntry(response, withheld === null ? "decided" : `dry-run (${withheld})`, decidedAt);
}

export function toEndedEntry(response: NewResponse): NewAuditEntry {
  return toEntry(response, response.state, response.changedAt);
}

function toEntry(
  { id, tenant, runId, action, isAutomatic, by }: NewResponse,
  what: string,
  at: number,
): NewAuditEntry {
  // Who asked for it is told by the role of a token, and the beginning of its hash.
  const [role = "", token = ""] = isAutomatic ? ["automatic", "collector"] : by.split(" ");
  return {
    tenant,
    token,
    role,
    action: `response ${action}: ${what}`,
    target: `/v1/runs/${runId}/responses ${id}`,
    at,
  };
}
