/** Where a job goes, for people and for policies. */
import type { Baseline, Habit } from "./baseline.ts";

export interface HabitualDestination {
  readonly program: string;
  readonly domain: string;
  /** In full, or with `*` for what rotates; of a block its addresses while they are few; the domain where nothing else is known. */
  readonly hosts: readonly string[];
  /** 0: it was asked for alone. */
  readonly port: number;
  readonly transport: string;
  /** In how many runs it was seen. */
  readonly runs: number;
  readonly lastRun: number;
  readonly isExpected: boolean;
}

export function listDestinations({ habits }: Pick<Baseline, "habits">): HabitualDestination[] {
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
  return [...habits.values()].flatMap(({ feature, seen, last, isExpected = false, addresses }) => {
    if (feature.kind !== "destination") return [];
    const { kind: _, ...destination } = feature;
    const named = hosts.get(feature.domain) ?? listAddresses(feature.domain, addresses);
    return [{ ...destination, hosts: named, runs: seen, lastRun: last, isExpected }];
  });
}

/** Of a block that somebody expects, and where nobody has been since, no address may be known. */
function listAddresses(domain: string, addresses: Habit["addresses"]): readonly string[] {
  if (addresses !== undefined && addresses !== null) return addresses;
  return [addresses === undefined && domain.includes("/") ? `some of ${domain}` : domain];
}
