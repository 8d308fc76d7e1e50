/** Who asked for evidence, or for a change, without the role for it: so much of each token as tells of an attempt, and fills no disk. */
import type { Caller } from "../identity/tokens.ts";
import { createRateLimit } from "../ingest/rate-limit.ts";
import type { NewAuditEntry } from "../stores/audit-store.ts";
import type { Route } from "./route.ts";

/** Kept when it is on disk, where it is one that is kept. */
export type AuditRefusal = (
  caller: Caller,
  route: Pick<Route, "method" | "path" | "isAudited">,
  target: string,
) => Promise<void>;

/** Of one token: some at once, and one a minute. */
const KEPT = { rate: { perSecond: 1 / 60, burst: 10 }, maxNames: 10_000 };

export function createAuditRefusal(
  audit: (entry: Omit<NewAuditEntry, "at">) => Promise<void>,
): AuditRefusal {
  const kept = createRateLimit({ ...KEPT, uptime: () => performance.now() });
  return async ({ tenant, token, role }, { method, path, isAudited = false }, target) => {
    const name = JSON.stringify([tenant, token]);
    if (!isAudited || kept.waitSeconds(name) > 0) return;
    kept.take(name, 1);
    await audit({ tenant, token, role, action: `refused: ${method} ${path}`, target });
  };
}
