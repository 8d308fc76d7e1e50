/** What a job's baseline says of where a run went. */
import type { BaselineView, ListedBaselineView, RunView } from "../../api/types.ts";
import type { Destination } from "../../run-model/destinations.ts";

export type Known = (destination: Destination) => boolean;

export function findJob(
  baselines: readonly ListedBaselineView[],
  ci: RunView["ci"],
): ListedBaselineView | undefined {
  return baselines.find(({ workflow, job }) => isOf(workflow, ci?.workflow) && isOf(job, ci?.job));
}

export function toKnown({ destinations }: BaselineView): Known {
  const patterns = destinations.flatMap(({ hosts, domain, port }) =>
    [...hosts, domain].map((host) => ({ isHost: toMatcher(host), port })),
  );
  return ({ name, addresses, port }) =>
    patterns.some(
      (pattern) =>
        (pattern.port === 0 || pattern.port === (port ?? 0)) &&
        [name, ...addresses].some((one) => pattern.isHost(one)),
    );
}

/** Each leg of a matrix is the same job. */
function isOf(known: string | null, said: string | undefined): boolean {
  return known === (said ?? null) || (known !== null && said?.startsWith(`${known} (`) === true);
}

/** `*` stands for what rotates. No expression: hosts are what jobs chose. */
function toMatcher(pattern: string): (host: string) => boolean {
  const parts = pattern.toLowerCase().split("*");
  const [first = "", ...rest] = parts;
  return (given) => {
    const host = given.toLowerCase();
    if (rest.length === 0) return host === first;
    if (!host.startsWith(first)) return false;
    let at = first.length;
    for (const [index, part] of rest.entries()) {
      const isLast = index === rest.length - 1;
      if (isLast) return host.endsWith(part) && host.length - part.length >= at;
      const found = host.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return true;
  };
}
