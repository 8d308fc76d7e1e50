import { type BaselineDocument, baselineDocumentSchema } from "./baseline-document.ts";
import type { Baseline, Habit } from "./baseline.ts";
import { toFeatureKey } from "./feature.ts";

export type ReadBaseline =
  | { readonly status: "read"; readonly baseline: Baseline }
  /** In words, without what stands there: it may be anybody's. */
  | { readonly status: "refused"; readonly reason: string };

/** It comes from a disk, or from somebody else's. */
export function decodeBaseline(encoded: string): ReadBaseline {
  const { data, error } = baselineDocumentSchema.safeParse(parseJson(encoded));
  if (data !== undefined) return { status: "read", baseline: toBaseline(data) };
  const [issue] = error.issues;
  const where = issue?.path.slice(0, 3).join(".") ?? "";
  return {
    status: "refused",
    reason:
      where === "" ? "it is no baseline of this version" : `${where} is not what it has to be`,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toBaseline(document: BaselineDocument): Baseline {
  const { runs, updatedAt, quietRuns, volumes } = document;
  return {
    runs,
    updatedAt,
    quietRuns,
    habits: new Map(toHabits(document).map((habit) => [toFeatureKey(habit.feature), habit])),
    domains: new Map(
      document.domains.map(([domain, bytesSent, names]) => [domain, { bytesSent, names }]),
    ),
    volumes,
    steps: new Map(
      document.steps.map(([step, processes, connections, bytesSent]) => [
        step,
        { processes, connections, bytesSent },
      ]),
    ),
    news: new Map(document.news),
  };
}

function toHabits({ destinations, names, processes, files, signals }: BaselineDocument): Habit[] {
  return [
    ...destinations.map(([program, domain, port, transport, seen, last]): Habit => {
      return { feature: { kind: "destination", program, domain, port, transport }, seen, last };
    }),
    ...names.map(([domain, name, literal, seen, last]): Habit => {
      return { feature: { kind: "name", domain, name }, seen, last, literal };
    }),
    ...processes.map(([parent, program, seen, last]): Habit => {
      return { feature: { kind: "process", parent, program }, seen, last };
    }),
    ...files.map(([place, seen, last]): Habit => ({
      feature: { kind: "file", place },
      seen,
      last,
    })),
    ...signals.map(([signal, seen, last]): Habit => {
      return { feature: { kind: "signal", signal }, seen, last };
    }),
  ];
}
