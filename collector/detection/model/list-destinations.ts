/** Where a job goes, for people and for policies. */
import type { Baseline } from "./baseline.ts";

export interface HabitualDestination {
  readonly program: string;
  readonly domain: string;
  /** In full, or with `*` for what rotates; the domain where nothing else is known. */
  readonly hosts: readonly string[];
  /** 0: it was asked for alone. */
  readonly port: number;
  readonly transport: string;
  /** In how many runs it was seen. */
  readonly runs: number;
  readonly lastRun: number;
}

export function listDestinations({ habits }: Baseline): HabitualDestination[] {
  const hosts = new Map<string, string[]>();
  for (const { feature, literal } of habits.values()) {
    if (feature.kind !== "name") continue;
    const list = hosts.get(feature.domain);
    const host = literal ?? feature.name;
    if (list === undefined) hosts.set(feature.domain, [host]);
    else list.push(host);
  }
  // Once for each domain: a program may go to two thousand of its ports.
  for (const list of hosts.values()) list.sort();
  return [...habits.values()].flatMap(({ feature, seen, last }) => {
    if (feature.kind !== "destination") return [];
    const { kind: _, ...destination } = feature;
    const named = hosts.get(feature.domain) ?? [feature.domain];
    return [{ ...destination, hosts: named, runs: seen, lastRun: last }];
  });
}
