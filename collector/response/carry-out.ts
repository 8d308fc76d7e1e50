/** Takes a response through its steps, each on disk before the next. Where it was interrupted, it goes on at the same step. */
import type {
  ContainedRun,
  NewResponse,
  ResponseDeed,
  ResponseStep,
  ResponseStepName,
} from "../stores/response-store.ts";
import { type AttemptOptions, actWithin, checkOnce, checkWithin } from "./attempt-step.ts";
import { findContained, findGivenUp } from "./contain-run.ts";
import { createGuardsAwaited } from "./guards-awaited.ts";
import { planStep } from "./plan-step.ts";
import type { Checked, StepKind, StepKinds } from "./step-kind.ts";

export type RevokedPod = NonNullable<ContainedRun["revokedPod"]>;

export interface CarryOutOptions {
  readonly steps: StepKinds;
  /** See `ResponseBounds`. */
  readonly patience: number;
  /** On disk when it is kept; rejects for a disk that takes nothing. */
  readonly store: (deed: ResponseDeed) => Promise<void>;
  /** It is on its way out: from now on nothing is taken of its runs. Called before that is on disk, and after. Throws nothing. */
  readonly onRevoke: (pod: RevokedPod) => void;
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

const MAX_ANSWER = 300;

export function createCarryOut(options: CarryOutOptions): CarryOut {
  const { steps: kinds, patience, store, onRevoke, mayKill, toEnd, now, uptime } = options;
  const guardsAwaited = createGuardsAwaited();

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
    await keep({ responses: [ended], ...toEnd(ended) }, findGivenUp(ended));
    return ended;
  }

  async function takeStep(
    response: NewResponse,
    name: ResponseStepName,
    signal: AbortSignal,
  ): Promise<NewResponse> {
    const kind = kinds[name];
    const attempt = { patience, uptime, signal };
    const isResumed = response.steps.at(-1)?.outcome === "running" && name !== "await-agent";
    const begun = begin(response, name);
    // It is known already that this response is under way: nothing waits for the disk before it acts.
    const noted = store({ responses: [begun] });
    // Looked at below.
    noted.catch(() => undefined);
    const { acted, response: told } = await actWithin(kind, begun, attempt);
    await noted;
    const at = now();
    if (acted.status === "refused" || acted.status === "retry") {
      const isLate = acted.status === "retry";
      const failed = endStep(
        told,
        { outcome: "failed", endedAt: at, answer: acted.answer },
        isLate,
      );
      return save({ ...failed, changedAt: now() });
    }
    const killed = isKillOnceMore(begun, told) ? { ...told, countedAt: at } : told;
    const accepted = setStep(killed, { acceptedAt: at, answer: acted.answer });
    const isSettled = acted.status === "settled";
    const verifying = isSettled ? setStep(accepted, { outcome: "worked", endedAt: at }) : accepted;
    // A pod that was gone by itself, or a run that was over, was killed by nobody here.
    const isFoundGone =
      isSettled && (name === "ask-agent" || (name === "delete-pod" && !isResumed));
    const looked = { ...verifying, state: "verifying" as const, changedAt: now() };
    await save(looked, findContained(looked, { step: name, hasWorked: isSettled, isFoundGone }));
    if (isSettled) return looked;
    const checked = await (name === "await-agent"
      ? awaitGuard(kind, looked, attempt)
      : checkWithin(kind, looked, attempt));
    const outcome = toOutcome(checked);
    const isLate = checked.status === "not-yet";
    const seen = { outcome, endedAt: now(), answer: checked.answer };
    const ended = { ...endStep(looked, seen, isLate), changedAt: now() };
    const hasWorked = outcome === "worked";
    const isOver = checked.status === "over";
    return save(ended, findContained(ended, { step: name, hasWorked, isFoundGone: isOver }));
  }

  /** Where too many are waited for it is looked at once. */
  async function awaitGuard(
    kind: StepKind,
    looked: NewResponse,
    attempt: AttemptOptions,
  ): Promise<Checked> {
    const leave = guardsAwaited.enter(looked.tenant);
    if (leave === undefined) return checkOnce(kind, looked, attempt);
    try {
      return await checkWithin(kind, looked, attempt);
    } finally {
      leave();
    }
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

  async function save(response: NewResponse, contained?: ContainedRun): Promise<NewResponse> {
    await keep({ responses: [response] }, contained);
    return response;
  }

  async function keep(deed: ResponseDeed, contained: ContainedRun | undefined): Promise<void> {
    if (contained === undefined) return store(deed);
    const { revokedPod } = contained;
    if (revokedPod !== null) onRevoke(revokedPod);
    await store({ ...deed, contained });
    if (revokedPod !== null) onRevoke(revokedPod);
  }
}

/** It was counted long ago, and kills now. A guard that was asked long ago is asked nothing new. */
function isKillOnceMore(begun: NewResponse, accepted: NewResponse): boolean {
  const { retries, countedAt, steps, target } = accepted;
  if (retries === 0 || countedAt === null) return false;
  return steps.at(-1)?.step !== "ask-agent" || target.commandNumber !== begun.target.commandNumber;
}

function toOutcome({ status }: Checked): ResponseStep["outcome"] {
  if (status === "over") return "worked";
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

/** `isLate`: nobody has refused it, and its time was over. */
function endStep(
  response: NewResponse,
  changed: Pick<ResponseStep, "outcome" | "endedAt" | "answer">,
  isLate: boolean,
): NewResponse {
  return setStep(response, { ...changed, ...(isLate && { isTimedOut: true }) });
}
