/** Takes a response through its steps, each on disk before the next. Where it was interrupted, it goes on at the same step. */
import { setTimeout as pause } from "node:timers/promises";

import type {
  Containment,
  NewResponse,
  PodOfRun,
  ResponseDeed,
  ResponseStep,
  ResponseStepName,
} from "../stores/response-store.ts";
import { planStep } from "./plan-step.ts";
import type { Acted, Checked, StepKind, StepKinds } from "./step-kind.ts";

export interface CarryOutOptions {
  readonly steps: StepKinds;
  /** On disk when it is kept; rejects for a disk that takes nothing. */
  readonly store: (deed: ResponseDeed) => Promise<void>;
  /** It is on its way out: from now on nothing is taken of its runs. Called before that is on disk, and after. Throws nothing. */
  readonly onRevoke: (pod: PodOfRun) => void;
  /** It ends somebody, and was not counted yet: whether there may be one more. */
  readonly mayKill: (response: NewResponse) => boolean;
  /** What is told and kept besides, when it is over. */
  readonly toEnd: (response: NewResponse) => Partial<ResponseDeed>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of a clock that does not jump. */
  readonly uptime: () => number;
}

/** Rejects where it cannot be stored, and where `signal` is aborted: it is to be carried out again then. */
export type CarryOut = (response: NewResponse, signal: AbortSignal) => Promise<NewResponse>;

const FIRST_LOOK_MS = 100;
const MAX_LOOK_MS = 2_000;
const MAX_ANSWER = 300;
/** Of a pod that is on its way out, and of one that is cut off. */
const ENDS_POD: readonly ResponseStepName[] = ["delete-pod", "force-delete-pod", "delete-runner"];
const ENDS_JOB: readonly ResponseStepName[] = [
  ...ENDS_POD,
  "await-agent",
  "ask-agent",
  "cancel-run",
  "force-cancel-run",
];

export function createCarryOut(options: CarryOutOptions): CarryOut {
  const { steps: kinds, store, onRevoke, mayKill, toEnd, now, uptime } = options;

  return async (given, signal) => {
    let response = given;
    for (;;) {
      const planned = planStep(response);
      if ("end" in planned) return finish(response, planned.end);
      const counted = countKill(response, planned.next);
      if (counted === undefined) {
        response = addStep(response, toWithheld(planned.next));
        return finish(response, "failed");
      }
      response = await takeStep(counted, planned.next, signal);
    }
  };

  /** Undefined: there were too many kills already. What was asked for by somebody, or counted before, is not held up. */
  function countKill(response: NewResponse, step: ResponseStepName): NewResponse | undefined {
    if (step === "await-agent" || response.countedAt !== null) return response;
    return mayKill(response) ? { ...response, countedAt: now() } : undefined;
  }

  function toWithheld(step: ResponseStepName): ResponseStep {
    const at = now();
    const answer = "there were too many kills in a minute";
    return { step, outcome: "failed", startedAt: at, acceptedAt: null, endedAt: at, answer };
  }

  async function finish(response: NewResponse, state: "done" | "failed"): Promise<NewResponse> {
    const ended = { ...response, state, changedAt: now() };
    const deed = { responses: [ended], ...toEnd(ended) };
    const { runId, target, steps, changedAt: at } = ended;
    // Nobody can end it from here: then nobody hears what it says either.
    const isGivenUp = ENDS_POD.every((name) => steps.some(({ step }) => step === name));
    if (state === "done" || target.pod === null || !isGivenUp) {
      await store(deed);
      return ended;
    }
    onRevoke(target.pod);
    await store({ ...deed, contained: { runId, how: null, revokedPod: target.pod, at } });
    onRevoke(target.pod);
    return ended;
  }

  async function takeStep(
    response: NewResponse,
    name: ResponseStepName,
    signal: AbortSignal,
  ): Promise<NewResponse> {
    const kind = kinds[name];
    const isResumed = response.steps.at(-1)?.outcome === "running" && name !== "await-agent";
    const begun = begin(response, name);
    // It is known already that this response is under way: nothing waits for the disk before it acts.
    const noted = store({ responses: [begun] });
    // Looked at below.
    noted.catch(() => undefined);
    const { acted, response: told } = await act(begun, kind, signal);
    await noted;
    const at = now();
    if (acted.status === "refused" || acted.status === "retry") {
      const isTimedOut = acted.status === "retry";
      return save(
        setStep(told, {
          outcome: "failed",
          endedAt: at,
          answer: acted.answer,
          ...(isTimedOut && { isTimedOut }),
        }),
      );
    }
    // It was counted long ago, and kills now.
    const killed = told.retries > 0 && told.countedAt !== null ? { ...told, countedAt: at } : told;
    const accepted = setStep(killed, { acceptedAt: at, answer: acted.answer });
    const isSettled = acted.status === "settled";
    const verifying = isSettled ? setStep(accepted, { outcome: "worked", endedAt: at }) : accepted;
    // A pod that was gone by itself was killed by nobody here.
    const isFoundGone = isSettled && name === "delete-pod" && !isResumed;
    await contain({ ...verifying, state: "verifying" }, name, {
      hasWorked: isSettled,
      isFoundGone,
    });
    if (isSettled) return { ...verifying, state: "verifying" };
    const checked = await check({ ...verifying, state: "verifying" }, kind, signal);
    const outcome = toOutcome(checked);
    const isTimedOut = checked.status === "not-yet";
    const ended = setStep(verifying, {
      outcome,
      endedAt: now(),
      answer: checked.answer,
      ...(isTimedOut && { isTimedOut }),
    });
    const saved = { ...ended, state: "verifying" as const, changedAt: now() };
    await contain(saved, name, { hasWorked: outcome === "worked", isFoundGone: false });
    return saved;
  }

  function begin(response: NewResponse, name: ResponseStepName): NewResponse {
    const at = now();
    const state = "acting";
    const last = response.steps.at(-1);
    if (last?.outcome === "running") {
      const steps = [...response.steps.slice(0, -1), { ...last, startedAt: at }];
      return { ...response, state, steps, changedAt: at };
    }
    const step: ResponseStep = {
      step: name,
      outcome: "running",
      startedAt: at,
      acceptedAt: null,
      endedAt: null,
      answer: "",
    };
    return { ...addStep(response, step), state };
  }

  async function act(
    begun: NewResponse,
    kind: StepKind,
    signal: AbortSignal,
  ): Promise<{ readonly acted: Acted; readonly response: NewResponse }> {
    const endsAt = uptime() + kind.actMs;
    for (;;) {
      const acted = await kind.act(begun, boundTo(endsAt, signal));
      signal.throwIfAborted();
      const learned = "learned" in acted ? acted.learned : undefined;
      const response = { ...begun, target: { ...begun.target, ...learned } };
      if (acted.status !== "retry" || uptime() + acted.afterMs > endsAt) return { acted, response };
      await pause(acted.afterMs, undefined, { signal });
    }
  }

  async function check(
    verifying: NewResponse,
    kind: StepKind,
    signal: AbortSignal,
  ): Promise<Checked> {
    const endsAt = uptime() + kind.checkMs;
    for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(waitMs * 2, MAX_LOOK_MS)) {
      const checked = await kind.check(verifying, boundTo(endsAt, signal));
      signal.throwIfAborted();
      if (checked.status !== "not-yet" || uptime() + waitMs > endsAt) return checked;
      await pause(waitMs, undefined, { signal });
    }
  }

  /** Whoever does not answer takes no more of a step than there is. */
  function boundTo(endsAt: number, signal: AbortSignal): AbortSignal {
    const leftMs = Math.max(Math.ceil(endsAt - uptime()), 1);
    return AbortSignal.any([signal, AbortSignal.timeout(leftMs)]);
  }

  async function save(response: NewResponse): Promise<NewResponse> {
    const saved = { ...response, changedAt: now() };
    await store({ responses: [saved] });
    return saved;
  }

  /** What the step is for its run, as soon as somebody has said yes to it, or when it has worked. */
  async function contain(
    response: NewResponse,
    step: ResponseStepName,
    { hasWorked, isFoundGone }: { readonly hasWorked: boolean; readonly isFoundGone: boolean },
  ): Promise<void> {
    const { runId, target, isAutomatic } = response;
    const killed: Containment = isAutomatic ? "killed-by-rule" : "killed-by-operator";
    const { pod } = target;
    const saved = { ...response, changedAt: now() };
    const at = saved.changedAt;
    const responses = [saved];
    if (ENDS_POD.includes(step) && pod !== null) {
      onRevoke(pod);
      const how = isFoundGone ? null : killed;
      await store({ responses, contained: { runId, how, revokedPod: pod, at } });
      onRevoke(pod);
    } else if (hasWorked && step === "label-pod") {
      await store({ responses, contained: { runId, how: "quarantined", revokedPod: null, at } });
    } else if (hasWorked && ENDS_JOB.includes(step)) {
      await store({ responses, contained: { runId, how: killed, revokedPod: null, at } });
    } else {
      await store({ responses });
    }
  }
}

function toOutcome({ status }: Checked): ResponseStep["outcome"] {
  return status === "worked" || status === "unverified" ? status : "failed";
}

function addStep(response: NewResponse, step: ResponseStep): NewResponse {
  return { ...response, steps: [...response.steps, step], changedAt: step.startedAt };
}

function setStep(response: NewResponse, changed: Partial<ResponseStep>): NewResponse {
  const last = response.steps.at(-1);
  if (last === undefined) throw new Error(`response ${response.id} has no step`);
  const step = { ...last, ...changed };
  const answer = step.answer.slice(0, MAX_ANSWER);
  return { ...response, steps: [...response.steps.slice(0, -1), { ...step, answer }] };
}
