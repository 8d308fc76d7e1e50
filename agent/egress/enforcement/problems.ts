/** What went wrong while the guard runs, or is weaker than it could be: for its report. */
export interface Problems {
  readonly add: (problem: string) => void;
  text(notes: readonly string[]): string | undefined;
}

/** Some of what goes wrong while the guard runs, for its report; the same once. */
const MAX_PROBLEMS = 8;

export function createProblems(): Problems {
  const problems = new Set<string>();
  return {
    add(problem) {
      if (problems.size < MAX_PROBLEMS) problems.add(problem);
    },
    text(notes) {
      const all = [...notes, ...problems];
      return all.length === 0 ? undefined : all.join("; ");
    },
  };
}
