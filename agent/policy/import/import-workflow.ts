/** Policies of ours out of a workflow file that uses another guard, one for each job. */
import { createPositions } from "../policy-position.ts";
import { toPrintablePath, toQuoted } from "../printable.ts";
import { readBullfrog } from "./bullfrog.ts";
import { findGuardSteps, type GuardStep, MAX_STEPS } from "./guard-step.ts";
import { readHardenRunner } from "./harden-runner.ts";
import { type PolicyDraft, toPolicyText } from "./policy-draft.ts";
import type { AddRemark, Remark } from "./remark.ts";
import type { StepPlace } from "./step-inputs.ts";
import { parseWorkflow } from "./workflow-document.ts";

export interface ImportedPolicy {
  /** Undefined: of a composite action. */
  readonly job: string | undefined;
  readonly draft: PolicyDraft;
  /** A policy file. */
  readonly text: string;
}

export interface ImportedWorkflow {
  readonly policies: readonly ImportedPolicy[];
  /** `ci.yml:3:5: job build: …`, whole and safe to print. */
  readonly remarks: readonly string[];
  /** Something of the other guard's is not in the policies. */
  readonly hasLosses: boolean;
}

const READERS: Readonly<
  Record<GuardStep["action"], (place: StepPlace, add: AddRemark) => PolicyDraft>
> = { "harden-runner": readHardenRunner, bullfrog: readBullfrog };

/** More than a few screenfuls helps nobody; what is left out is counted. */
const MAX_REMARKS = 100;

/** `source` is the file's name as messages shall give it. A text that cannot be read gives its refusal. */
export function importWorkflow(
  text: string,
  source: string,
): ImportedWorkflow | { readonly refusal: string } {
  const document = parseWorkflow(text);
  const positionOf = createPositions(text);
  const toLine = ({ offset, message }: Pick<Remark, "offset" | "message">): string => {
    const { line, column } = positionOf(offset);
    return `${toPrintablePath(source)}:${line}:${column}: ${message}`;
  };
  if ("message" in document) return { refusal: toLine(document) };
  const remarks: Remark[] = [];
  const policies = new Map<string | undefined, ImportedPolicy>();
  const { steps, unreadFrom } = findGuardSteps(document);
  if (unreadFrom !== undefined) {
    const message = `has more than ${MAX_STEPS} steps: from here on none is read`;
    remarks.push({ offset: document.offsetOf(unreadFrom), message, isLoss: true });
  }
  for (const step of steps) {
    const add: AddRemark = (remark) => remarks.push(withJob(remark, step));
    const offset = document.offsetOf(step.path);
    const first = policies.get(step.job);
    if (first !== undefined) {
      const message = "a second guard in the same job: the policy is that of the first";
      add({ offset, message, isLoss: true });
      continue;
    }
    if (step.isConditional) {
      add({ offset, message: "has an if: the policy holds always", isLoss: false });
    }
    const draft = READERS[step.action]({ step, document, text }, add);
    const origin = `${source}:${positionOf(offset).line}, ${describeJob(step)}, ${step.uses}`;
    policies.set(step.job, { job: step.job, draft, text: toPolicyText(draft, origin) });
  }
  return {
    policies: [...policies.values()],
    remarks: toLines(remarks, toLine),
    hasLosses: remarks.some(({ isLoss }) => isLoss),
  };
}

function withJob({ offset, message, isLoss }: Remark, step: GuardStep): Remark {
  return { offset, isLoss, message: `${describeJob(step)}: ${message}` };
}

function describeJob({ job }: GuardStep): string {
  if (job === undefined) return "composite action";
  return /^[\w-]{1,100}$/.test(job) ? `job ${job}` : `job ${toQuoted(job)}`;
}

/** In the order of the text. */
function toLines(remarks: readonly Remark[], toLine: (remark: Remark) => string): string[] {
  const sorted = remarks.toSorted((a, b) => a.offset - b.offset).slice(0, MAX_REMARKS);
  const more = remarks.length - sorted.length;
  return [...sorted.map(toLine), ...(more > 0 ? [`and ${more} more`] : [])];
}
