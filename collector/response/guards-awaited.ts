/** The guards that are waited for, since they say that they have killed their job. Whoever has an agent's token makes up as many as he likes. */

/** Of a tenant. */
const MAX_AWAITED = 100;

export interface GuardsAwaited {
  /** Undefined: there are too many of this tenant already. Called when it is over: that one is not waited for any more. */
  enter(tenant: string): (() => void) | undefined;
}

export function createGuardsAwaited(): GuardsAwaited {
  const counts = new Map<string, number>();
  return {
    enter(tenant) {
      const count = counts.get(tenant) ?? 0;
      if (count >= MAX_AWAITED) return undefined;
      counts.set(tenant, count + 1);
      return () => {
        const left = (counts.get(tenant) ?? 1) - 1;
        if (left === 0) counts.delete(tenant);
        else counts.set(tenant, left);
      };
    },
  };
}
