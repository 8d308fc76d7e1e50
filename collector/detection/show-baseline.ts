/** A baseline for people to read, and for what shows it to them. */
import type { ListedBaseline, StoredBaseline } from "../stores/baseline-store.ts";
import type { Baseline, History } from "./model/baseline.ts";
import { describeState } from "./model/describe-state.ts";
import type { Feature, FeatureKind } from "./model/feature.ts";
import { type HabitualDestination, listDestinations } from "./model/list-destinations.ts";
import type { ModelSettings } from "./model/model-settings.ts";
import { fromSteps } from "./model/quantised.ts";
import { toMedian } from "./model/volume-limits.ts";
import { VOLUMES } from "./model/volumes.ts";

export interface ShownBaseline extends ListedBaseline {
  /** Sentences: why it is in this state, and what is not judged though the rest is. */
  readonly reasons: readonly string[];
  readonly destinations: readonly ShownDestination[];
  readonly processes: readonly (Seen & { readonly parent: string; readonly program: string })[];
  readonly files: readonly (Seen & { readonly place: string })[];
  /** What the guard finds in honest runs of the job, too. */
  readonly signals: readonly (Seen & { readonly signal: string })[];
  readonly volumes: readonly ShownVolume[];
}

interface ShownDestination extends HabitualDestination {
  /** Besides those that are named. */
  readonly moreHosts: number;
}

interface Seen {
  /** In so many runs. */
  readonly runs: number;
  readonly lastRun: number;
  /** Somebody has said so. */
  readonly isExpected: boolean;
}

/** Each destination names them anew: all of 2,000 hosts at all of 2,000 ports would be 200 MB. */
const MAX_HOSTS = 20;

export interface ShownVolume {
  readonly volume: string;
  readonly median: number;
  readonly most: number;
}

export function showBaseline(
  listed: StoredBaseline,
  baseline: Baseline,
  settings: ModelSettings,
): ShownBaseline {
  const { state, reasons } = describeState(baseline, settings);
  return {
    ...toListed(listed),
    state,
    reasons,
    destinations: listDestinations(baseline).map(toShownDestination),
    processes: listHabits(baseline, "process", ({ parent, program }) => ({ parent, program })),
    files: listHabits(baseline, "file", ({ place }) => ({ place })),
    signals: listHabits(baseline, "signal", ({ signal }) => ({ signal })),
    volumes: VOLUMES.map((volume) => ({ volume, ...toShown(baseline.volumes[volume]) })),
  };
}

function toShownDestination({ hosts, ...destination }: HabitualDestination): ShownDestination {
  const moreHosts = Math.max(0, hosts.length - MAX_HOSTS);
  return { ...destination, hosts: hosts.slice(0, MAX_HOSTS), moreHosts };
}

function toListed(stored: StoredBaseline): ListedBaseline {
  const { id, tenant, key, repository, workflow, job, state, runs } = stored;
  const { revision, changedAt, usedAt } = stored;
  return { id, tenant, key, repository, workflow, job, state, runs, revision, changedAt, usedAt };
}

function listHabits<Kind extends FeatureKind, Shown>(
  { habits }: Baseline,
  kind: Kind,
  show: (feature: Extract<Feature, { readonly kind: Kind }>) => Shown,
): (Shown & Seen)[] {
  return [...habits.values()].flatMap(({ feature, seen, last, isExpected = false }) =>
    isOfKind(feature, kind) ? [{ ...show(feature), runs: seen, lastRun: last, isExpected }] : [],
  );
}

function isOfKind<Kind extends FeatureKind>(
  feature: Feature,
  kind: Kind,
): feature is Extract<Feature, { readonly kind: Kind }> {
  return feature.kind === kind;
}

function toShown(history: History): Omit<ShownVolume, "volume"> {
  return { median: fromSteps(toMedian(history)), most: fromSteps(Math.max(0, ...history)) };
}
