import { type BaselineDocument, baselineDocumentSchema } from "./baseline-document.ts";
import type { Baseline } from "./baseline.ts";
import { readHabits, readNews, readPeaks } from "./read-tuples.ts";

export type ReadBaseline =
  | { readonly status: "read"; readonly baseline: Baseline }
  /** In words, without what stands there: it may be anybody's. */
  | { readonly status: "refused"; readonly reason: string };

/** It comes from a disk, or from somebody else's. */
export function decodeBaseline(encoded: string): ReadBaseline {
  const { data, error } = baselineDocumentSchema.safeParse(parseJson(encoded));
  if (data !== undefined) return toBaseline(data);
  const [issue] = error.issues;
  const where = issue?.path.slice(0, 3).join(".") ?? "";
  return toRefusal(where);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toBaseline(document: BaselineDocument): ReadBaseline {
  const { runs, updatedAt, quietRuns, volumes } = document;
  const habits = readHabits(document);
  if (habits === undefined) return toRefusal("a habit");
  const domains = readPeaks(document.domains);
  if (domains === undefined) return toRefusal("domains");
  const news = readNews(document.news);
  if (news === undefined) return toRefusal("news");
  const steps = new Map(document.steps.map(({ step, ...histories }) => [step, histories]));
  return {
    status: "read",
    baseline: { runs, updatedAt, quietRuns, habits, domains, volumes, steps, news },
  };
}

function toRefusal(where: string): ReadBaseline {
  return {
    status: "refused",
    reason:
      where === "" ? "it is no baseline of this version" : `${where} is not what it has to be`,
  };
}
