import type { Annotation } from "./annotation.ts";

/** GitHub shows ten of each level that a step writes, and drops the others without a word. */
const MAX_OF_LEVEL = 10;

/** The first ones of each level; where there are more, the last place tells how many. */
export function capAnnotations(annotations: readonly Annotation[]): Annotation[] {
  return (["error", "warning", "notice"] as const).flatMap((level) => {
    const these = annotations.filter((annotation) => annotation.level === level);
    if (these.length <= MAX_OF_LEVEL) return these;
    const shown = these.slice(0, MAX_OF_LEVEL - 1);
    const message = `${these.length - shown.length} more of this level stand in the job summary and the report.`;
    return [...shown, { level, title: "Runner Guard found more", message }];
  });
}
