/** What rules give with a finding, in whichever shape it came: an agent may be anybody. */
export type GivenEvidence = Readonly<Record<string, unknown>>;

export interface Ancestor {
  readonly process: string;
  readonly executable: string;
  readonly args: readonly string[];
}

const MAX_ANCESTORS = 32;

/** Whoever started the step first; the last one did it. */
export function readLineage(evidence: GivenEvidence | null): readonly Ancestor[] {
  const lineage = evidence?.["lineage"];
  return Array.isArray(lineage) ? lineage.filter(isAncestor).slice(0, MAX_ANCESTORS) : [];
}

/** What to do about it, in a sentence. */
export function readAdvice(evidence: GivenEvidence | null): string | undefined {
  const advice = evidence?.["advice"];
  return typeof advice === "string" ? advice : undefined;
}

function isAncestor(value: unknown): value is Ancestor {
  if (typeof value !== "object" || value === null) return false;
  const { process, executable, args }: Partial<Record<keyof Ancestor, unknown>> = value;
  return (
    typeof process === "string" &&
    typeof executable === "string" &&
    Array.isArray(args) &&
    args.every((arg) => typeof arg === "string")
  );
}
