/** How many a rule may have killed in a minute: of one tenant, and of all together. Those that nobody vouches for are counted apart. */
import {
  type Between,
  type CountedKills,
  isProvenTarget,
  type ResponseStore,
  type ResponseTarget,
} from "../stores/response-store.ts";
import type { ResponsePolicy } from "./response-file.ts";

export interface Kills {
  readonly ofTenant: number;
  readonly inAll: number;
}

export interface KillLimit {
  readonly maxKills: number;
  readonly of: "tenant" | "collector";
}

interface ToBeKilled {
  readonly tenant: string;
  readonly target: Pick<ResponseTarget, "pod" | "workflowRun">;
}

type Limits = Pick<ResponsePolicy, "tenants" | "maxKillsPerMinute" | "maxKillsPerMinuteInAll">;

const WINDOW_MS = 60_000;

/** Undefined: there may be one more. */
export function findReachedLimit(
  tenant: string,
  { ofTenant, inAll }: Kills,
  { tenants, maxKillsPerMinute, maxKillsPerMinuteInAll }: Limits,
): KillLimit | undefined {
  const own = Object.hasOwn(tenants, tenant) ? tenants[tenant] : undefined;
  const maxOfTenant = own?.maxKillsPerMinute ?? maxKillsPerMinute;
  if (ofTenant >= maxOfTenant) return { maxKills: maxOfTenant, of: "tenant" };
  const isReached = inAll >= maxKillsPerMinuteInAll;
  return isReached ? { maxKills: maxKillsPerMinuteInAll, of: "collector" } : undefined;
}

/** As many as there were in the last minute of such ones: those that nobody vouches for take nothing from the others. */
export function countKills(
  store: Pick<ResponseStore, "countKills" | "countAllKills">,
  { tenant, target }: ToBeKilled,
  at: number,
): Kills {
  const which: CountedKills = { ...around(at, WINDOW_MS), isProven: isProvenTarget(target) };
  return { ofTenant: store.countKills(tenant, which), inAll: store.countAllKills(which) };
}

/** With those that are not stored as counted yet. */
export function addKills(
  { ofTenant, inAll }: Kills,
  { tenant, target }: ToBeKilled,
  besides: readonly ToBeKilled[],
): Kills {
  const isProven = isProvenTarget(target);
  const alike = besides.filter((one) => isProvenTarget(one.target) === isProven);
  const own = alike.filter((one) => one.tenant === tenant);
  return { ofTenant: ofTenant + own.length, inAll: inAll + alike.length };
}

/** So long ago. What is further ahead was written by a clock that was wrong, and counts for nothing. */
export function around(at: number, milliseconds: number): Between {
  return { after: at - milliseconds, until: at + milliseconds };
}
