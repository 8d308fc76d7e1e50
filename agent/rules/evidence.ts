/** What a person needs to act on a finding, whatever rule made it. */
import type { Actor } from "./facts/actor.ts";
import type { Flagged, Rule } from "./rule.ts";

/** From the step down; of a longer line the first and the last ones. */
const MAX_LINEAGE = 16;
/** The report cuts further; this is so that a finding cannot hold 10,000 arguments of 100 kB. */
const MAX_ARGS = 64;

interface Ancestor {
  readonly process: string;
  readonly executable: string;
  readonly args: readonly string[];
}

export function toEvidence(
  { advice }: Pick<Rule, "advice">,
  flagged: Flagged,
  actor: Actor | undefined,
): Record<string, unknown> {
  const program = actor?.program;
  return {
    ...flagged.evidence,
    ...(program && { executable: program.executable, args: program.args.slice(0, MAX_ARGS) }),
    ...(program?.script !== undefined && { script: program.script }),
    ...(program?.workingDirectory != null && { workingDirectory: program.workingDirectory }),
    ...(actor?.step && { step: actor.step.step }),
    ...(actor?.step?.job !== undefined && { job: actor.step.job }),
    ...(actor && { lineage: toLineage(actor) }),
    advice,
  };
}

/** Whoever started the step first, whoever did it last. */
function toLineage(actor: Actor): Ancestor[] {
  const upwards: Ancestor[] = [];
  for (let at: Actor | undefined = actor; at !== undefined; at = at.parent) {
    // A fork that runs what its parent runs says nothing of its own.
    if (at.program === undefined || (!at.hasExecuted && at !== actor)) continue;
    upwards.push(toAncestor(at));
  }
  const lineage = upwards.toReversed();
  if (lineage.length <= MAX_LINEAGE) return lineage;
  return [...lineage.slice(0, MAX_LINEAGE / 2), ...lineage.slice(-MAX_LINEAGE / 2)];
}

function toAncestor({ id, program }: Actor): Ancestor {
  return {
    process: id,
    executable: program?.executable ?? "",
    args: (program?.args ?? []).slice(0, MAX_ARGS),
  };
}
