/** A baseline, asked for what judgements ask. */
import type { Baseline, Habit } from "./baseline.ts";
import { isFirm } from "./fade.ts";

export interface KnownDomain {
  /** Some program goes there often enough for a habit, or is expected to. */
  readonly isFirm: boolean;
  readonly programs: ReadonlySet<string>;
  /** Of all of them. */
  readonly ports: ReadonlySet<number>;
}

export interface KnownHabits {
  readonly domains: ReadonlyMap<string, KnownDomain>;
  /** Those that were started, or went somewhere. */
  readonly programs: ReadonlySet<string>;
  /** By program. */
  readonly destinations: ReadonlyMap<string, ReadonlySet<string>>;
  readonly children: ReadonlyMap<string, ReadonlySet<string>>;
  /** Domains with names below them. */
  readonly named: ReadonlyMap<string, ReadonlySet<string>>;
}

interface OpenDomain extends KnownDomain {
  isFirm: boolean;
  readonly programs: Set<string>;
  readonly ports: Set<number>;
}

const known = new WeakMap<Baseline, KnownHabits>();

/** A baseline is never changed, so it is gone through once. */
export function toKnownHabits(baseline: Baseline): KnownHabits {
  const found = known.get(baseline);
  if (found !== undefined) return found;
  const habits = gather(baseline.habits.values());
  known.set(baseline, habits);
  return habits;
}

function gather(habits: Iterable<Habit>): KnownHabits {
  const domains = new Map<string, OpenDomain>();
  const programs = new Set<string>();
  const destinations = new Map<string, Set<string>>();
  const children = new Map<string, Set<string>>();
  const named = new Map<string, Set<string>>();
  for (const habit of habits) {
    const { feature } = habit;
    if (feature.kind === "destination") {
      const { domain, program, port } = feature;
      const use = domains.get(domain) ?? { isFirm: false, programs: new Set(), ports: new Set() };
      use.isFirm ||= isFirm(habit);
      use.programs.add(program);
      use.ports.add(port);
      domains.set(domain, use);
      programs.add(program);
      addTo(destinations, program, domain);
    } else if (feature.kind === "process") {
      programs.add(feature.program);
      addTo(children, feature.parent, feature.program);
    } else if (feature.kind === "name") addTo(named, feature.domain, feature.name);
  }
  return { domains, programs, destinations, children, named };
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}
