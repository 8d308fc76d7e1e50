import type { NewAuditEntry } from "../stores/audit-store.ts";

/** For the audit log: what a command of the collector's does, by the user who started it. */
export function toCommandEntry(
  deed: Pick<NewAuditEntry, "tenant" | "action" | "target">,
): NewAuditEntry {
  const token = `uid:${process.getuid?.() ?? ""}`;
  return { ...deed, token, role: "command-line", at: Date.now() };
}
