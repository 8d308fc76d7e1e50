/** Steps of a workflow, or of a composite action, that start another guard than ours. */
import type { PolicyDocument } from "../policy-document.ts";
import { valueAt } from "../value-at.ts";

const ACTIONS = new Map([
  ["step-security/harden-runner", "harden-runner"],
  ["bullfrogsec/bullfrog", "bullfrog"],
] as const);
type GuardAction = typeof ACTIONS extends Map<unknown, infer Action> ? Action : never;

export interface GuardStep {
  readonly action: GuardAction;
  /** As the file has it, with the version. */
  readonly uses: string;
  /** Undefined: of a composite action. */
  readonly job: string | undefined;
  /** Where it stands in the document. */
  readonly path: readonly PropertyKey[];
  /** By their names in lower case, which GitHub does not tell from others. */
  readonly inputs: ReadonlyMap<string, StepInput>;
  readonly isConditional: boolean;
}

export interface StepInput {
  readonly value: unknown;
  readonly path: readonly PropertyKey[];
}

/** Aliases may make many steps of few lines. */
export const MAX_STEPS = 20_000;

export interface FoundSteps {
  readonly steps: readonly GuardStep[];
  /** Where steps begin that were not looked at. */
  readonly unreadFrom?: readonly PropertyKey[];
}

export function findGuardSteps({ value }: PolicyDocument): FoundSteps {
  const found: GuardStep[] = [];
  let looked = 0;
  for (const { job, path } of listsOfSteps(value)) {
    const steps = valueAt(value, path);
    if (!Array.isArray(steps)) continue;
    for (const [index, step] of steps.entries()) {
      looked += 1;
      if (looked > MAX_STEPS) return { steps: found, unreadFrom: path };
      const guard = toGuardStep(step, job, [...path, index]);
      if (guard !== undefined) found.push(guard);
    }
  }
  return { steps: found };
}

function* listsOfSteps(value: unknown) {
  for (const job of Object.keys(toMapping(valueAt(value, ["jobs"])))) {
    yield { job, path: ["jobs", job, "steps"] };
  }
  yield { job: undefined, path: ["runs", "steps"] };
}

function toGuardStep(
  step: unknown,
  job: string | undefined,
  path: readonly PropertyKey[],
): GuardStep | undefined {
  const uses = valueAt(step, ["uses"]);
  if (typeof uses !== "string") return undefined;
  const name = uses.trim().replace(/@.*$/s, "").toLowerCase();
  const action = [...ACTIONS].find(([repository]) => repository === name)?.[1];
  if (action === undefined) return undefined;
  const inputs = Object.entries(toMapping(valueAt(step, ["with"])));
  return {
    action,
    uses: uses.trim(),
    job,
    path,
    inputs: new Map(
      inputs.map(([key, value]) => [key.toLowerCase(), { value, path: [...path, "with", key] }]),
    ),
    isConditional: valueAt(step, ["if"]) !== undefined,
  };
}

function toMapping(value: unknown): object {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
