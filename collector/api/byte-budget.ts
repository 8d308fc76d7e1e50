/** What all bodies that are being read may have in memory, and what one tenant's may. */
import { RequestProblem } from "../errors.ts";

export interface ByteBudget {
  /** Throws `too-fast`. */
  take(tenant: string, bytes: number): void;
  giveBack(tenant: string, bytes: number): void;
}

export interface ByteBudgetOptions {
  readonly maxBytes: number;
  readonly maxBytesOfTenant: number;
}

export function createByteBudget({ maxBytes, maxBytesOfTenant }: ByteBudgetOptions): ByteBudget {
  const taken = new Map<string, number>();
  let total = 0;
  return {
    take(tenant, bytes) {
      const ofTenant = (taken.get(tenant) ?? 0) + bytes;
      if (ofTenant > maxBytesOfTenant || total + bytes > maxBytes) {
        throw new RequestProblem("too-fast", "too much is being sent at once");
      }
      taken.set(tenant, ofTenant);
      total += bytes;
    },
    giveBack(tenant, bytes) {
      const left = (taken.get(tenant) ?? 0) - bytes;
      if (left > 0) taken.set(tenant, left);
      else taken.delete(tenant);
      total -= bytes;
    },
  };
}
