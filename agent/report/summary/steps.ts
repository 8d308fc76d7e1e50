import type { CiStep } from "../../../protocol/ci-context.ts";
import type { Report } from "../../../protocol/report.ts";
import { toKey } from "../model/folded-list.ts";

/** Where a name that GitHub makes up ends: `__run_2`, `__actions_checkout`. */
const MADE_UP = /^__.*?(?:_(\d+))?$/;

/**
 * What people call the step: `actions/checkout`, `run 2`, or the id that it was given. A step can say what it likes of itself. Text is
 * the job's, unescaped.
 */
export function toStepName({ step, action }: CiStep): string {
  const [isMadeUp, number] = MADE_UP.exec(step) ?? [];
  if (isMadeUp === undefined) return action === undefined ? step : `${step} (${action})`;
  if (action !== undefined) return number === undefined ? action : `${action} ${number}`;
  return step.startsWith("__run") ? `run ${number ?? 1}` : step;
}

/** The names of steps in the order in which their first processes were started; what is of no step comes last. */
export function toStepOrder({ processes }: Report): ReadonlyMap<string | null, number> {
  const steps = new Map<string, CiStep>();
  for (const { step } of processes) {
    if (step === undefined) continue;
    const key = toKey(step.step, step.action);
    if (!steps.has(key)) steps.set(key, step);
  }
  const names = new Set(Array.from(steps.values(), toStepName));
  return new Map(Array.from(names, (name, index) => [name, index]));
}
