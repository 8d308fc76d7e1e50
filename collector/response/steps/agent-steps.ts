/** Has the guard of a run end its job, or sees whether it has. */
import { RequestProblem } from "../../errors.ts";
import type { Cluster } from "../../kubernetes/cluster.ts";
import type { CommandStore, StoredCommand } from "../../stores/command-store.ts";
import type { StoredRun } from "../../stores/event-store.ts";
import type { PodOfRun } from "../../stores/response-store.ts";
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
}

const RETRY_MS = 500;
const TRY_MS = 4_000;
/** Somebody else has to be asked first, or the disk is busy. */
const PASSING = ["too-fast", "storage-failed", "shutting-down"];

export function createAgentSteps(
  options: AgentStepsOptions,
): Pick<StepKinds, "ask-agent" | "await-agent"> {
  const { store, kill, findCluster } = options;
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
        return Promise.resolve(judgeCommand(command));
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
  if (code === "run-over") return { status: "settled", answer: "the run is over" };
  if (PASSING.includes(code)) return { status: "retry", answer: message, afterMs: RETRY_MS };
  return { status: "refused", answer: message };
}

function judgeCommand(command: StoredCommand | undefined): Checked {
  const state = command?.state;
  if (state === "obeyed") return { status: "worked", answer: "its agent has killed the job" };
  if (state === "refused") return { status: "refused", answer: "its agent has refused" };
  const isAtWork = state === "delivered";
  const answer = isAtWork ? "its agent is about to kill the job" : "its agent does not answer";
  return { status: "not-yet", answer };
}
