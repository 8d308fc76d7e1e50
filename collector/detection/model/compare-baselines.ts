import type { Baseline, Habit } from "./baseline.ts";

export interface BaselineDifference {
  readonly added: readonly Habit[];
  /** No run has done it for long, or there was no room for it. */
  readonly forgotten: readonly Habit[];
}

/** What one knows that the other does not; how often it was seen is no difference. */
export function compareBaselines(before: Baseline, after: Baseline): BaselineDifference {
  return {
    added: listMissing(after.habits, before.habits),
    forgotten: listMissing(before.habits, after.habits),
  };
}

function listMissing(habits: Baseline["habits"], from: Baseline["habits"]): readonly Habit[] {
  const missing: Habit[] = [];
  for (const [key, habit] of habits) if (!from.has(key)) missing.push(habit);
  return missing;
}
