import { expect, test } from "vitest";

import { planStep } from "../../../collector/response/plan-step.ts";
import type {
  ResponseAction,
  ResponseStep,
  ResponseStepName,
} from "../../../collector/stores/response-store.ts";
import { newResponse } from "./support/stored-response.ts";

const NO_POD = { pod: null, workflowRun: null, runnerUid: null, commandNumber: null };

interface Surroundings {
  /** Those that worked. */
  readonly works?: readonly ResponseStepName[];
  /** Those that somebody said yes to, and that did not work. */
  readonly accepted?: readonly ResponseStepName[];
  readonly first?: ResponseStepName;
  readonly hasPod?: boolean;
  readonly hasRunner?: boolean;
}

test.each<[string, ResponseAction, Surroundings, string]>([
  ["a pod that goes is over with", "kill-pod", { works: ["delete-pod"] }, "delete-pod done"],
  [
    "a runner's pod goes with its runner, which would make it anew",
    "kill-pod",
    { works: ["delete-pod", "delete-runner"], hasRunner: true },
    "delete-pod delete-runner done",
  ],
  [
    "a pod that is gone is gone, whatever becomes of its runner",
    "kill-pod",
    { works: ["delete-pod"], hasRunner: true },
    "delete-pod delete-runner done",
  ],
  [
    "a pod that stays is forced",
    "kill-pod",
    { accepted: ["delete-pod"], works: ["force-delete-pod"] },
    "delete-pod force-delete-pod done",
  ],
  [
    "a pod that stays even then goes with its runner",
    "kill-pod",
    { accepted: ["delete-pod", "force-delete-pod"], works: ["delete-runner"], hasRunner: true },
    "delete-pod force-delete-pod delete-runner done",
  ],
  [
    "a cluster that does not answer has the guard asked meanwhile, whose word is not the pod's end",
    "kill-pod",
    { works: ["ask-agent"] },
    "delete-pod ask-agent force-delete-pod delete-runner failed",
  ],
  [
    "a guard that has killed the job is believed when its pod has ended",
    "kill-pod",
    { first: "await-agent", works: ["await-agent"] },
    "await-agent done",
  ],
  [
    "a guard that says so in vain loses its pod",
    "kill-pod",
    { first: "await-agent", works: ["delete-pod"] },
    "await-agent delete-pod done",
  ],
  ["a guard that obeys is enough", "kill-job", { works: ["ask-agent"] }, "ask-agent done"],
  [
    "a guard that does not obey loses its pod",
    "kill-job",
    { works: ["force-delete-pod"], accepted: ["delete-pod"] },
    "ask-agent delete-pod force-delete-pod done",
  ],
  ["without a pod there is nobody else", "kill-job", { hasPod: false }, "ask-agent failed"],
  [
    "a guard's own kill is not done twice",
    "kill-job",
    { first: "await-agent", hasPod: false },
    "await-agent failed",
  ],
  ["a pod that cannot be cut off is not killed for it", "quarantine-pod", {}, "label-pod failed"],
  [
    "a run that does not end is forced to",
    "cancel-run",
    { accepted: ["cancel-run"], works: ["force-cancel-run"] },
    "cancel-run force-cancel-run done",
  ],
])("%s", (_, action, surroundings, expected) => {
  expect(climb(action, surroundings).join(" ")).toBe(expected);
});

test("a guard's word of its own kill is the end of it where nobody else can be asked, and cancels nothing less", () => {
  const steps = [toStep("await-agent", "unverified", 2)];

  expect(planStep(newResponse({ action: "kill-job", steps, target: NO_POD }))).toEqual({
    end: "done",
  });
  expect(planStep(newResponse({ action: "cancel-run", steps }))).toEqual({ next: "cancel-run" });
});

test("a step that was interrupted is taken again", () => {
  const steps = [toStep("delete-pod", "failed", 1), toStep("force-delete-pod", "running", null)];

  expect(planStep(newResponse({ steps }))).toEqual({ next: "force-delete-pod" });
});

function climb(
  action: ResponseAction,
  { works = [], accepted = [], first, hasPod = true, hasRunner = false }: Surroundings,
): readonly string[] {
  const target = hasPod ? newResponse().target : NO_POD;
  const take = (name: ResponseStepName): ResponseStep => {
    const hasWorked = works.includes(name);
    const isAccepted = hasWorked || accepted.includes(name);
    return toStep(name, hasWorked ? "worked" : "failed", isAccepted ? 2 : null);
  };
  const steps = first === undefined ? [] : [take(first)];
  for (;;) {
    const runnerUid = hasRunner ? "uid" : null;
    const planned = planStep(newResponse({ action, steps, target: { ...target, runnerUid } }));
    if ("end" in planned) return [...steps.map(({ step }) => step), planned.end];
    steps.push(take(planned.next));
    if (steps.length > 10) throw new Error("there is no end");
  }
}

function toStep(
  step: ResponseStepName,
  outcome: ResponseStep["outcome"],
  acceptedAt: number | null,
): ResponseStep {
  return { step, outcome, startedAt: 1, acceptedAt, endedAt: 3, answer: "" };
}
