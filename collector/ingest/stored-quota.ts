/** What each tenant may have stored: `256GiB`, and for one tenant `acme=10GiB`, with semicolons between them. */
import { RequestProblem } from "../errors.ts";
import type { UsageStore } from "../stores/usage-store.ts";

export interface StoredQuotas {
  readonly usualBytes: number;
  readonly bytesOfTenants: ReadonlyMap<string, number>;
}

/** Throws `quota-exceeded`. */
export type CheckQuota = (tenant: string) => void;

const UNITS = { MiB: 1_048_576, GiB: 1_073_741_824, TiB: 1_099_511_627_776 } as const;
export const USUAL_QUOTAS: StoredQuotas = {
  usualBytes: 256 * UNITS.GiB,
  bytesOfTenants: new Map(),
};
const RULE = /^(?:(?<tenant>[^:;,=]{1,128})=)?(?<amount>\d{1,6})(?<unit>MiB|GiB|TiB)$/;
const MAX_TENANTS = 1_000;
/** What can be stored in this time, by all together, is less than this: who has more room left is not near his bound. */
const LOOK_EACH_MS = 100;
const NEAR_BYTES = UNITS.GiB;
/** There is room again when something was removed, or the quota was raised. */
const RETRY_AFTER_SECONDS = 60;

/** Or, as text, what is wrong with it. */
export function parseStoredQuotas(text: string): StoredQuotas | string {
  const bytesOfTenants = new Map<string, number>();
  let { usualBytes } = USUAL_QUOTAS;
  const rules = text.split(";").map((rule) => rule.trim());
  if (rules.length > MAX_TENANTS) return `more than ${MAX_TENANTS} tenants`;
  for (const rule of rules.filter((one) => one !== "")) {
    const { tenant, amount, unit } = RULE.exec(rule)?.groups ?? {};
    if (unit !== "MiB" && unit !== "GiB" && unit !== "TiB") {
      return `${JSON.stringify(rule)}: write 256GiB, or acme=10GiB for one tenant, with MiB, GiB or TiB`;
    }
    const bytes = Number(amount) * UNITS[unit];
    if (tenant === undefined) usualBytes = bytes;
    else bytesOfTenants.set(tenant.trim(), bytes);
  }
  return { usualBytes, bytesOfTenants };
}

/** What is on its way to disk does not count yet: that has a bound of its own. */
export function createCheckQuota(
  { usualBytes, bytesOfTenants }: StoredQuotas,
  store: Pick<UsageStore, "countStoredBytes">,
  /** Milliseconds of a clock that does not jump. */
  uptime: () => number,
): CheckQuota {
  const farUntil = new Map<string, number>();
  return (tenant) => {
    const at = uptime();
    if (at < (farUntil.get(tenant) ?? 0)) return;
    const quota = bytesOfTenants.get(tenant) ?? usualBytes;
    const left = quota - store.countStoredBytes(tenant);
    if (farUntil.size >= MAX_TENANTS) farUntil.clear();
    if (left > NEAR_BYTES) farUntil.set(tenant, at + LOOK_EACH_MS);
    if (left > 0) return;
    throw new RequestProblem(
      "quota-exceeded",
      `the tenant has stored the ${quota} bytes that it may have; whoever runs the collector can raise that, or keep less`,
      { retryAfterSeconds: RETRY_AFTER_SECONDS },
    );
  };
}
