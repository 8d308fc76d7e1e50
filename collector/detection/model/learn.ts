/** What a run that is over adds to the baseline. Whether it may is for others to say: they know its ref and its findings. */
import { BASELINE_BOUNDS, type Baseline, type DomainPeaks, type Habit } from "./baseline.ts";
import { isFaded } from "./fade.ts";
import { joinAddresses } from "./join-addresses.ts";
import { toKnownHabits } from "./known-habits.ts";
import { DEFAULT_SETTINGS, type ModelSettings } from "./model-settings.ts";
import { toSteps } from "./quantised.ts";
import type { RunProfile } from "./run-profile.ts";
import { ALL_SOURCES, shiftNews, toSource } from "./unstable.ts";
import { isOutlier } from "./volume-limits.ts";
import {
  STEP_VOLUMES,
  type StepVolume,
  type StepVolumes,
  type Volume,
  VOLUMES,
} from "./volumes.ts";

export function learn(
  baseline: Baseline,
  profile: RunProfile,
  at: number,
  settings: ModelSettings = DEFAULT_SETTINGS,
): Baseline {
  const runs = baseline.runs + 1;
  const fresh = findFresh(baseline, profile);
  return {
    runs,
    updatedAt: at,
    quietRuns: fresh.has(ALL_SOURCES) ? 0 : baseline.quietRuns + 1,
    habits: toHabits(baseline, profile, runs, settings),
    domains: toPeaks(baseline, profile, runs),
    volumes: toVolumes(baseline, profile),
    steps: toStepHistories(baseline.steps, profile.steps),
    news: shiftNews(baseline.news, fresh, BASELINE_BOUNDS.sources),
  };
}

/** The sources that brought something new. */
function findFresh(baseline: Baseline, { features }: RunProfile): Set<string> {
  const { destinations } = toKnownHabits(baseline);
  const fresh = new Set<string>();
  for (const [key, { feature }] of features) {
    const source = toSource(feature);
    if (source === undefined || baseline.habits.has(key)) continue;
    // A program on a new way to a place it goes to anyway is nothing to be told of.
    const { kind } = feature;
    if (kind === "destination" && destinations.get(feature.program)?.has(feature.domain) === true)
      continue;
    fresh.add(source);
    if (kind !== "name") fresh.add(ALL_SOURCES);
  }
  return fresh;
}

type OpenHabit = { -readonly [Member in keyof Habit]: Habit[Member] };

function toHabits(
  baseline: Baseline,
  { features, literals, destinations }: RunProfile,
  runs: number,
  { fadeAfterRuns }: ModelSettings,
): Map<string, Habit> {
  const next = new Map<string, Habit>();
  for (const [key, habit] of baseline.habits) {
    if (!features.has(key) && !isFaded(habit, runs, fadeAfterRuns)) next.set(key, habit);
  }
  // Seen now, so last in the map: the first ones are those that were not seen for the longest time.
  for (const [key, { feature }] of features) {
    const before = baseline.habits.get(key);
    const habit: OpenHabit = { ...before, feature, seen: (before?.seen ?? 0) + 1, last: runs };
    if (feature.kind === "name") habit.literal = joinLiteral(before, literals.get(key));
    const addresses = destinations.addresses.get(key);
    if (addresses !== undefined) habit.addresses = joinAddresses(before?.addresses, addresses);
    next.set(key, habit);
  }
  return withinBounds(next);
}

/** One name in all runs, or none. */
function joinLiteral(before: Habit | undefined, literal: string | null = null): string | null {
  return before === undefined || before.literal === literal ? literal : null;
}

export function withinBounds(habits: Map<string, Habit>): Map<string, Habit> {
  const counts = new Map<string, number>();
  for (const { feature } of habits.values()) {
    counts.set(feature.kind, (counts.get(feature.kind) ?? 0) + 1);
  }
  for (const [key, { feature }] of habits) {
    const count = counts.get(feature.kind) ?? 0;
    if (count <= BASELINE_BOUNDS.habits) continue;
    habits.delete(key);
    counts.set(feature.kind, count - 1);
  }
  return habits;
}

/** In steps: 19 % a run, so that whoever sends a little more each time needs years for what would be told at once. */
const MAX_SILENT_RISE = 1;
/** A peak goes back by one step in so many runs without anything near it. */
const SINKS_EVERY = 32;

function toPeaks(
  { domains }: Baseline,
  { destinations }: RunProfile,
  runs: number,
): Map<string, DomainPeaks> {
  const next = new Map<string, DomainPeaks>();
  const isSinking = runs % SINKS_EVERY === 0;
  for (const [domain, { bytesSent, names }] of domains) {
    if (destinations.domains.has(domain)) continue;
    const sink = isSinking ? 1 : 0;
    next.set(domain, {
      bytesSent: Math.max(0, bytesSent - sink),
      names: Math.max(0, names - sink),
    });
  }
  for (const [domain, use] of destinations.domains) {
    const before = domains.get(domain);
    next.set(domain, {
      bytesSent: toPeak(before?.bytesSent, toSteps(use.bytesSent), "domainBytesSent"),
      names: toPeak(before?.names, toSteps(use.names), "domainNames"),
    });
  }
  for (const domain of next.keys()) {
    if (next.size <= BASELINE_BOUNDS.domains) break;
    next.delete(domain);
  }
  return next;
}

/** Who was told of it, or of the destination itself, has seen how much it was; nobody has of what stays below. */
function toPeak(
  before: number | undefined,
  now: number,
  volume: "domainBytesSent" | "domainNames",
): number {
  if (before === undefined || now <= before) return Math.max(before ?? 0, now);
  const isTold = isOutlier(volume, { history: [before], value: now });
  return isTold ? now : Math.min(now, before + MAX_SILENT_RISE);
}

function toVolumes(
  { volumes: before, domains }: Baseline,
  profile: RunProfile,
): Record<Volume, readonly number[]> {
  const next = { ...before };
  const volumes = profile.volumes();
  for (const volume of VOLUMES) next[volume] = append(before[volume], volume, volumes[volume]);
  // Who was told of what went to one place knows that the run sent as much.
  const isTold = [...profile.destinations.domains].some(([domain, { bytesSent }]) => {
    const peak = domains.get(domain)?.bytesSent;
    return (
      peak !== undefined &&
      isOutlier("domainBytesSent", { history: [peak], value: toSteps(bytesSent) })
    );
  });
  if (isTold) next.bytesSent = [...next.bytesSent.slice(0, -1), toSteps(volumes.bytesSent)];
  return next;
}

function toStepHistories(
  before: Baseline["steps"],
  steps: ReadonlyMap<string, StepVolumes>,
): Map<string, Record<StepVolume, readonly number[]>> {
  const next = new Map<string, Record<StepVolume, readonly number[]>>();
  for (const [step, histories] of before) if (!steps.has(step)) next.set(step, { ...histories });
  for (const [step, volumes] of steps) {
    const known = before.get(step);
    const histories: Record<StepVolume, readonly number[]> = {
      processes: [],
      connections: [],
      bytesSent: [],
    };
    for (const volume of STEP_VOLUMES) {
      histories[volume] = append(known?.[volume] ?? [], volume, volumes[volume]);
    }
    next.set(step, histories);
  }
  for (const step of next.keys()) {
    if (next.size <= BASELINE_BOUNDS.steps) break;
    next.delete(step);
  }
  return next;
}

function append(history: readonly number[], volume: Volume, amount: number): readonly number[] {
  const value = toSteps(amount);
  const most = Math.max(...history);
  const isSilent = history.length > 0 && value > most && !isOutlier(volume, { history, value });
  const learned = isSilent ? Math.min(value, most + MAX_SILENT_RISE) : value;
  return [...history, learned].slice(-BASELINE_BOUNDS.history);
}
