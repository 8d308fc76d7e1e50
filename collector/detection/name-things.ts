/** What a baseline came to know, or forgot, as people see it on its page: within bounds, whatever a job did. */
import {
  THING_KINDS,
  type Thing,
  type ThingKind,
  type Things,
} from "../stores/baseline-changes.ts";
import type { Baseline, Habit } from "./model/baseline.ts";
import { type DestinationFeature, toFeatureKey } from "./model/feature.ts";
import { listDestinations } from "./model/list-destinations.ts";

/** Nobody reads more of one run, and the baseline itself has all that it knows. */
const MAX_NAMED = 50;
const MAX_HOSTS = 3;
/** Of each of its texts. */
const MAX_TEXT = 160;
/** Of all together: 500 such changes of a baseline are 3 MB at most, in both directions. */
const MAX_CHARACTERS = 3_000;

export const NO_THINGS: Things = {
  counts: { destination: 0, signal: 0, process: 0, host: 0, file: 0 },
  named: [],
};

/** `habits`: of this baseline. */
export function nameThings(habits: readonly Habit[], baseline: Baseline): Things {
  const things = sort(habits);
  const named: Thing[] = [];
  let room = MAX_CHARACTERS;
  for (const thing of listThings(things, baseline)) {
    room -= countCharacters(thing);
    if (room < 0) break;
    named.push(thing);
  }
  return { counts: count(things), named };
}

export function countThings(habits: readonly Habit[]): Things {
  return { counts: count(sort(habits)), named: [] };
}

export function hasThings({ counts }: Things): boolean {
  return THING_KINDS.some((kind) => counts[kind] > 0);
}

type SortedHabits = Readonly<Record<ThingKind, readonly Habit[]>>;

function sort(habits: readonly Habit[]): SortedHabits {
  const sorted: Record<ThingKind, Habit[]> = {
    destination: [],
    signal: [],
    process: [],
    host: [],
    file: [],
  };
  const domains = new Set<string>();
  const goals = new Set<string>();
  for (const { feature } of habits) {
    if (feature.kind !== "destination") continue;
    domains.add(feature.domain);
    if (!isAsked(feature)) goals.add(toGoal(feature));
  }
  for (const habit of habits) {
    const { feature } = habit;
    // Told of by where the program then went.
    if (feature.kind === "destination" && isAsked(feature) && goals.has(toGoal(feature))) continue;
    if (feature.kind !== "name") sorted[feature.kind].push(habit);
    // A destination that is told of has its hosts with it.
    else if (!domains.has(feature.domain)) sorted.host.push(habit);
  }
  return sorted;
}

const ASKED = "dns";

function isAsked({ transport }: DestinationFeature): boolean {
  return transport === ASKED;
}

function toGoal({ program, domain }: DestinationFeature): string {
  return `${program}\0${domain}`;
}

function count(things: SortedHabits): Things["counts"] {
  return {
    destination: things.destination.length,
    signal: things.signal.length,
    process: things.process.length,
    host: things.host.length,
    file: things.file.length,
  };
}

function listThings(things: SortedHabits, baseline: Baseline): readonly Thing[] {
  const first = THING_KINDS.flatMap((kind) => things[kind]).slice(0, MAX_NAMED);
  const destinations = listNamedDestinations(first, baseline);
  return [...destinations, ...first.flatMap(toThing)];
}

function listNamedDestinations(habits: readonly Habit[], { habits: all }: Baseline): Thing[] {
  const wanted = new Map<string, Habit>();
  const domains = new Set<string>();
  for (const habit of habits) {
    const { feature } = habit;
    if (feature.kind !== "destination") continue;
    wanted.set(toFeatureKey(feature), habit);
    domains.add(feature.domain);
  }
  if (wanted.size === 0) return [];
  for (const [key, habit] of all) {
    const { feature } = habit;
    if (feature.kind === "name" && domains.has(feature.domain)) wanted.set(key, habit);
  }
  return listDestinations({ habits: wanted }).map(({ program, hosts, port, transport }) => ({
    kind: "destination",
    program: cut(program),
    hosts: hosts.slice(0, MAX_HOSTS).map(cut),
    moreHosts: Math.max(0, hosts.length - MAX_HOSTS),
    port,
    transport: cut(transport),
  }));
}

/** Nothing for a destination: those are listed together with their hosts. */
function toThing({ feature, literal }: Habit): Thing[] {
  switch (feature.kind) {
    case "destination":
      return [];
    case "name":
      return [{ kind: "host", host: cut(literal ?? feature.name) }];
    case "process":
      return [{ kind: "process", parent: cut(feature.parent), program: cut(feature.program) }];
    case "file":
      return [{ kind: "file", place: cut(feature.place) }];
    case "signal":
  }
  return [{ kind: "signal", signal: cut(feature.signal) }];
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
}

function countCharacters(thing: Thing): number {
  return Object.values(thing)
    .flat()
    .reduce<number>((sum, value) => sum + String(value).length, 0);
}
