import type { BaselineState } from "./anomaly.ts";
import type { Baseline } from "./baseline.ts";
import { DEFAULT_SETTINGS, type ModelSettings } from "./model-settings.ts";
import { ALL_SOURCES, isUnstable } from "./unstable.ts";

export interface DescribedState {
  readonly state: BaselineState;
  readonly runs: number;
  /** Sentences for people: why it is so, and what is not judged though the rest is. */
  readonly reasons: readonly string[];
}

export function toState(
  baseline: Baseline,
  { learningRuns }: ModelSettings = DEFAULT_SETTINGS,
): BaselineState {
  const { runs, quietRuns } = baseline;
  const half = Math.ceil(learningRuns / 2);
  // A job that never changes is known sooner.
  const isKnown = runs >= learningRuns || (runs > half && quietRuns >= half);
  if (!isKnown) return "learning";
  return isUnstable(baseline, ALL_SOURCES) && runs >= learningRuns ? "unstable" : "stable";
}

export function describeState(
  baseline: Baseline,
  settings: ModelSettings = DEFAULT_SETTINGS,
): DescribedState {
  const state = toState(baseline, settings);
  return { state, runs: baseline.runs, reasons: toReasons(baseline, state, settings) };
}

/** In one sentence why it is no longer in another state. */
export function explainState(
  baseline: Baseline,
  from: BaselineState,
  settings: ModelSettings = DEFAULT_SETTINGS,
): string {
  if (baseline.runs === 0) return "Nothing is learned yet, and nothing is judged by it.";
  const state = toState(baseline, settings);
  const [reason] = state === "stable" ? [] : toReasons(baseline, state, settings);
  return reason ?? toStableReason(baseline, from, settings);
}

function toStableReason(
  { runs, quietRuns }: Baseline,
  from: BaselineState,
  { learningRuns }: ModelSettings,
): string {
  if (from === "unstable") return "Fewer than half of the last 20 runs brought something new.";
  return runs < learningRuns
    ? `It was learned from ${runs} runs, and the last ${quietRuns} brought nothing new.`
    : `As many runs have taught it as it takes: ${learningRuns}.`;
}

function toReasons(baseline: Baseline, state: BaselineState, settings: ModelSettings): string[] {
  const { runs, quietRuns } = baseline;
  if (state === "learning") {
    return [
      `It was learned from ${runs} of ${settings.learningRuns} runs, and the last ${quietRuns} brought nothing new; nothing is judged by it yet.`,
    ];
  }
  if (state === "unstable") {
    return [
      "Half of the last 20 runs went to places or started programs that were new, so that nobody is told of what is new; volumes are judged.",
    ];
  }
  return [...baseline.news.keys()].filter((it) => isUnstable(baseline, it)).flatMap(describeSource);
}

function describeSource(source: string): string[] {
  const [kind, of = ""] = source.split("\0");
  const name = of === "" ? "a program that is not known" : of;
  if (kind === "destination") {
    return [`${name} goes to new places every few runs, so that nobody is told of those.`];
  }
  if (kind === "process") {
    const starter = of === "" ? "the job itself" : of;
    return [`${starter} starts new programs every few runs, so that nobody is told of those.`];
  }
  return kind === "name"
    ? [`${name} has new hosts every few runs, so that nobody is told of those.`]
    : [];
}
