/** Has the guard of a run end its job, or sees whether it has. */
import { RequestProblem } from "../../errors.ts";
import type { Cluster } from "../../kubernetes/cluster.ts";
import type { CommandStore, StoredCommand } from "../../stores/command-store.ts";
import type { StoredRun } from "../../stores/event-store.ts";
import type { PodOfRun } from "../../stores/response-store.ts";
import { toVisibleText } from "../../visible-text.ts";
import type { Acted, Checked, ResponseUnderWay, StepKinds } from "../step-kind.ts";

export interface AgentStepsOptions {
  readonly store: Pick<CommandStore, "findCommand" | "listCommands"> & {
    findRunOfAny(runId: string): StoredRun | undefined;
  };
  /** Gives the command's number. Throws `RequestProblem`. */
  readonly kill: (
    run: { readonly tenant: string; readonly runId: string },
    order: { readonly by: string; readonly reason: string },
  ) => Promise<number>;
  readonly findCluster: (issuer: string) => Cluster | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const RETRY_MS = 500;
const TRY_MS = 4_000;
/** A guard that has killed its job says goodbye, and that it has killed it, at nearly the same time. */
const LAST_WORD_MS = 2_000;
const MAX_REASON = 150;
/** Somebody else has to be asked first, or the disk is busy. */
const PASSING = ["too-fast", "storage-failed", "shutting-down"];

export function createAgentSteps(
  options: AgentStepsOptions,
): Pick<StepKinds, "ask-agent" | "await-agent"> {
  const { store, kill, findCluster, now } = options;
  return {
    "ask-agent": {
      actMs: 3_000,
      checkMs: 10_000,
      async act(response) {
        const { tenant, runId, by, reason, target } = response;
        const known = target.commandNumber ?? findKill(store, response)?.number;
        if (known !== undefined) return toAsked(known);
        try {
          return toAsked(await kill({ tenant, runId }, { by, reason }));
        } catch (error) {
          return toUnasked(error, target);
        }
      },
      check: ({ runId, target }) => {
        const command = store.findCommand(runId, target.commandNumber ?? 0);
        // A pod may go on without its guard, and others may end it: nobody waits for a goodbye then.
        if (target.pod !== null) return Promise.resolve(judgeCommand(command));
        const seen = { run: store.findRunOfAny(runId), now: now() };
        return Promise.resolve(judgeCommandOrEnd(command, seen));
      },
    },
    "await-agent": {
      actMs: 1_000,
      checkMs: 30_000,
      act: () =>
        Promise.resolve({ status: "accepted", answer: "the guard says that it killed the job" }),
      async check({ runId, target: { pod } }, signal) {
        // Whoever has the pod can have a guard say anything: its cluster alone is believed.
        if (pod !== null) return lookAtPod(pod, signal);
        const run = store.findRunOfAny(runId);
        if (run === undefined)
          return { status: "refused", answer: "the run is not stored any more" };
        if (run.state === "over" || run.stoppedSeq !== null)
          return { status: "worked", answer: "the guard has ended with its job" };
        if (run.scope === "command")
          return { status: "not-yet", answer: "the guard's command goes on" };
        // On a machine the guard outlives its jobs, and nobody else can be asked.
        return { status: "unverified", answer: "the guard says that it killed the job" };
      },
    },
  };

  async function lookAtPod(pod: PodOfRun, signal: AbortSignal): Promise<Checked> {
    const { issuer, ...id } = pod;
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(TRY_MS)]);
    const seen = await findCluster(issuer)?.getPod(id, { signal: bounded });
    if (seen?.status === "gone" || seen?.status === "other-uid")
      return { status: "worked", answer: "the pod is gone" };
    if (seen?.status === "found" && /^(?:Succeeded|Failed)$/.test(seen.value.phase))
      return { status: "worked", answer: "the pod has ended" };
    return { status: "not-yet", answer: "the pod goes on" };
  }
}

const OVER = "the run is over: its guard has said goodbye";

/** Of this response, where the collector ended before it knew the number. */
function findKill(
  store: AgentStepsOptions["store"],
  { runId, decidedAt }: ResponseUnderWay,
): StoredCommand | undefined {
  return store
    .listCommands(runId, 0)
    .find(
      ({ kind, state, askedAt }) => kind === "kill" && state !== "refused" && askedAt >= decidedAt,
    );
}

function toAsked(commandNumber: number): Acted {
  const answer = `its agent is asked by command ${commandNumber}`;
  return { status: "accepted", answer, learned: { commandNumber } };
}

function toUnasked(error: unknown, { pod }: ResponseUnderWay["target"]): Acted {
  if (!(error instanceof RequestProblem)) throw error;
  const { code, message } = error;
  // Also one whose session was ended from here: its pod may go on.
  if (code === "run-over" && pod !== null)
    return { status: "refused", answer: "its guard is not heard any more" };
  if (code === "run-over") return { status: "settled", answer: OVER };
  if (PASSING.includes(code)) return { status: "retry", answer: message, afterMs: RETRY_MS };
  return { status: "refused", answer: message };
}

interface SeenRun {
  readonly run: StoredRun | undefined;
  readonly now: number;
}

/**
 * A guard whose command ends by itself refuses, or never hears of it, and says goodbye a little later. That is taken for the end only as
 * it is known to be one: signed, and behind all that the guard has told. One that just falls silent is as one that refused.
 */
function judgeCommandOrEnd(command: StoredCommand | undefined, { run, now }: SeenRun): Checked {
  const judged = judgeCommand(command);
  if (judged.status === "worked") return judged;
  const isAtWork = command?.state === "delivered";
  const isOver = run?.state === "over" && !run.isRevoked;
  if (isOver && !(isAtWork && Math.abs(now - (run.endedAt ?? 0)) < LAST_WORD_MS))
    return { status: "over", answer: OVER };
  return judged.status === "refused" ? { ...judged, status: "not-yet" } : judged;
}

function judgeCommand(command: StoredCommand | undefined): Checked {
  const state = command?.state;
  if (state === "obeyed") return { status: "worked", answer: "its agent has killed the job" };
  if (state === "refused") return { status: "refused", answer: describeRefusal(command?.answer) };
  const isAtWork = state === "delivered";
  const answer = isAtWork ? "its agent is about to kill the job" : "its agent does not answer";
  return { status: "not-yet", answer };
}

/** In the agent's words, between quotes that it cannot close. */
function describeRefusal(reason: string | null | undefined): string {
  const said = reason ? `: ${JSON.stringify(toVisibleText(reason, MAX_REASON))}` : "";
  return `its agent has refused${said}`;
}
