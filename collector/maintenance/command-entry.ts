import type { NewAuditEntry } from "../stores/audit-store.ts";

/** For the audit log: what a command of the collector's does, by the user who started it. */
export function toCommandEntry(
  deed: Pick<NewAuditEntry, "tenant" | "action" | "target">,
): NewAuditEntry {
  return { ...deed, ...findCommandUser(), at: Date.now() };
}

/** Who started the command. */
export function findCommandUser(): Pick<NewAuditEntry, "role" | "token"> {
  return { role: "command-line", token: `uid:${process.getuid?.() ?? ""}` };
}
